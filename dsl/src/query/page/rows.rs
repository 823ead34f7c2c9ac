//! The rows of one page.

use serde::{Deserialize, Serialize};

/// Some rows of a query, with the cursors that lead to the pages before and after them.
///
/// As JSON it is `{"items": […], "next": "…" or null, "prev": "…" or null}`.
///
/// ```
/// use toasty_dsl::query::Page;
///
/// let page: Page<u8> = serde_json::from_str(r#"{"items": [1, 2], "next": "AQ", "prev": null}"#).unwrap();
/// assert!(page.has_next() && !page.has_prev());
/// assert_eq!(page.map(|number| number * 2).items, [2, 4]);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Page<T> {
    /// The rows, in the order of the query whichever way the page was reached.
    pub items: Vec<T>,
    pub(super) next: Option<String>,
    pub(super) prev: Option<String>,
}

impl<T> Page<T> {
    /// The cursor of the page behind this one, for `.after(…)`. None: there is no further row.
    pub fn next_token(&self) -> Option<&str> {
        self.next.as_deref()
    }

    /// The cursor of the page before this one, for `.before(…)`. None: it is the first page.
    pub fn prev_token(&self) -> Option<&str> {
        self.prev.as_deref()
    }

    /// Whether there are rows behind these. It was read, not counted.
    pub fn has_next(&self) -> bool {
        self.next.is_some()
    }

    /// Whether there may be rows before these: there were when the cursor that led here was made.
    pub fn has_prev(&self) -> bool {
        self.prev.is_some()
    }

    /// The same page with something made of each row, such as what a web API shows of it.
    #[must_use]
    pub fn map<U>(self, make: impl FnMut(T) -> U) -> Page<U> {
        Page {
            items: self.items.into_iter().map(make).collect(),
            next: self.next,
            prev: self.prev,
        }
    }
}

impl<T> IntoIterator for Page<T> {
    type Item = T;
    type IntoIter = std::vec::IntoIter<T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.into_iter()
    }
}

impl<'a, T> IntoIterator for &'a Page<T> {
    type Item = &'a T;
    type IntoIter = std::slice::Iter<'a, T>;

    fn into_iter(self) -> Self::IntoIter {
        self.items.iter()
    }
}
