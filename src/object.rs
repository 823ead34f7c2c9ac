//! The part of an executor that can be a trait object, in the same words for each of them.

/// Implements `ExecutorObject` for an executor by its own methods; the last part says how many parents one statement loads
/// the associations of.
macro_rules! executor_object {
    ($type:ty, $this:ident => $batch:expr) => {
        impl toasty_dsl::query::ExecutorObject for $type {
            fn fetch_boxed<'a>(
                &'a self,
                statement: toasty_dsl::Statement,
                params: toasty_dsl::value::Params,
                sink: Box<dyn toasty_dsl::query::Sink>,
            ) -> toasty_dsl::query::Future<'a, toasty_dsl::Result<Box<dyn toasty_dsl::query::Sink>>>
            {
                Box::pin(toasty_dsl::query::Executor::fetch(
                    self, statement, params, sink,
                ))
            }

            fn execute_boxed<'a>(
                &'a self,
                statement: toasty_dsl::Statement,
                params: toasty_dsl::value::Params,
            ) -> toasty_dsl::query::Future<'a, toasty_dsl::Result<toasty_dsl::query::Outcome>> {
                Box::pin(toasty_dsl::query::Executor::execute(
                    self, statement, params,
                ))
            }

            fn association_batch(&self) -> usize {
                let $this = self;
                $batch
            }
        }
    };
}
pub(crate) use executor_object;
