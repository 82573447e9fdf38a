//! All documents as one.

use std::collections::btree_map::Entry;
use std::collections::{BTreeMap, BTreeSet};

use utoipa::openapi::OpenApi;

use super::operations;

/// One document of everything that these describe. `whole` has its title.
///
/// # Panics
/// When two of them mean different things by one name: no server starts, and no test passes, with such documents.
#[must_use]
pub fn merged(mut whole: OpenApi, documents: impl IntoIterator<Item = OpenApi>) -> OpenApi {
    let (mut ids, mut tags) = (BTreeSet::new(), BTreeMap::new());
    for mut document in documents {
        for (path, item) in std::mem::take(&mut document.paths.paths) {
            for id in operations(&item).filter_map(|operation| operation.operation_id.clone()) {
                assert!(ids.insert(id.clone()), "{path}: another operation is called {id}, too");
            }
            assert!(whole.paths.paths.insert(path.clone(), item).is_none(), "{path} is described twice");
        }
        let components = document.components.unwrap_or_default();
        let known = whole.components.get_or_insert_default();
        for (name, schema) in components.schemas {
            same("schema", &name, known.schemas.entry(name.clone()), schema);
        }
        for (name, scheme) in components.security_schemes {
            same("security scheme", &name, known.security_schemes.entry(name.clone()), scheme);
        }
        for tag in document.tags.unwrap_or_default() {
            tags.entry(tag.name.clone()).or_insert(tag);
        }
    }
    whole.tags = Some(tags.into_values().collect());
    whole
}

fn same<T: PartialEq>(what: &str, name: &str, known: Entry<'_, String, T>, another: T) {
    match known {
        Entry::Occupied(known) => assert!(*known.get() == another, "two documents have a {what} {name}, and they differ"),
        Entry::Vacant(place) => {
            place.insert(another);
        }
    }
}
