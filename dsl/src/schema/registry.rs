//! Every model of the program, known without a list: each one registers itself at link time.

use super::ModelDef;

/// One model of the program. Made by `toasty!`.
pub struct ModelRegistration(pub &'static ModelDef);

inventory::collect!(ModelRegistration);

/// Every model of the program, in the order of their modules and names.
pub fn models() -> Vec<&'static ModelDef> {
    let mut models: Vec<_> = inventory::iter::<ModelRegistration>
        .into_iter()
        .map(|one| one.0)
        .collect();
    models.sort_by_key(|model| (model.module, model.name));
    models
}
