//! The part of an executor that can be a trait object, in the same words for each of them.

/// Implements `ExecutorObject` for an executor by its own methods, of which `run_together` is no part of `Executor`. The last
/// parts say whether each statement is kept by itself, how many parents one statement loads the associations of, and what
/// cursors are signed with.
macro_rules! executor_object {
    ($type:ty, keeps_each: $keeps:literal, $this:ident => $batch:expr, $key:expr) => {
        impl toasty_dsl::query::ExecutorObject for $type {
            fn each_together<'a>(
                &'a self,
                statements: Vec<toasty_dsl::query::Independent<toasty_dsl::Statement>>,
            ) -> toasty_dsl::query::Future<
                'a,
                toasty_dsl::Result<Vec<toasty_dsl::Result<toasty_dsl::query::Answer>>>,
            > {
                Box::pin(self.run_together(statements))
            }

            fn keeps_each(&self) -> bool {
                $keeps
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

            fn cursor_key(&self) -> Option<&toasty_dsl::cursor::CursorKey> {
                let $this = self;
                $key
            }
        }
    };
}
pub(crate) use executor_object;
