//! The types that cross to TypeScript, written out in one file.

use std::any::TypeId;
use std::collections::BTreeMap;

use ts_rs::{Config, TS, TypeVisitor};

/// Declarations by type name.
pub(crate) type Declarations = BTreeMap<String, String>;

/// Adds the declaration of `T` and of all that it is made of.
pub(crate) fn collect<T: TS + 'static + ?Sized>(config: &Config, types: &mut Declarations) {
    struct Visit<'a>(&'a Config, &'a mut Declarations);
    impl TypeVisitor for Visit<'_> {
        fn visit<U: TS + 'static + ?Sized>(&mut self) {
            collect::<U>(self.0, self.1);
        }
    }
    let is_declared = T::output_path().is_some() && TypeId::of::<T>() != TypeId::of::<()>();
    let name = T::ident(config);
    if is_declared {
        if types.contains_key(&name) {
            return;
        }
        types.insert(name, T::decl(config));
    }
    T::visit_dependencies(&mut Visit(config, types));
    T::visit_generics(&mut Visit(config, types));
}

/// The file `ui/src/ipc/types.gen.ts`.
pub(crate) fn render(types: &Declarations, verbs: &[String]) -> String {
    let mut text = String::from(
        "// Generated from Rust by `cargo test -p placet-tests --test contract`. Do not edit.\n\n",
    );
    for declaration in types.values() {
        text.push_str("export ");
        text.push_str(declaration);
        text.push_str("\n\n");
    }
    text.push_str(
        "/** Every verb of the desk: what it asks and what it answers. */\nexport interface Verbs {\n",
    );
    for line in verbs {
        text.push_str(line);
        text.push('\n');
    }
    text.push_str("}\n");
    text
}
