//! From text to facts: one walk over the syntax tree.

use proc_macro2::{Span, TokenStream};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Attribute, Expr, Token, Visibility};

use super::engine_calls::engine_calls;
use super::source::{Definition, Function, Import, Module, Named, Passage, Published, Source};
use super::tokens::{self, Opaque, line};

/// # Panics
/// On a text that is no Rust: rules that cannot read a file would let it be.
pub fn read(path: &str, text: &str) -> Source {
    let parsed = text.parse::<TokenStream>().map_err(syn::Error::from);
    let parsed = parsed.and_then(|tokens| Ok((syn::parse2::<syn::File>(tokens.clone())?, tokens)));
    let (file, tokens) = parsed.unwrap_or_else(|error| panic!("{path}:{}: {error}", line(error.span())));
    let everything = path.contains("/tests/") || path.ends_with("/tests.rs");
    let source = Source { path: path.to_owned(), text: text.to_owned(), ..Source::default() };
    let mut reader = Reader { source, in_test: everything, within: Vec::new(), of: None };
    reader.visit_file(&file);
    let mut source = reader.source;
    source.comments = tokens::passages(tokens::comments(tokens, text)).collect();
    for comment in &mut source.comments {
        comment.test = everything || source.test_items.iter().any(|lines| lines.contains(&comment.line));
    }
    source
}

struct Reader {
    source: Source,
    in_test: bool,
    within: Vec<String>,
    /// The type that the `impl` around is about.
    of: Option<String>,
}

/// The expressions of a macro, where it holds nothing else.
pub fn expressions(tokens: &TokenStream) -> Option<Punctuated<Expr, Token![,]>> {
    syn::parse::Parser::parse2(Punctuated::parse_terminated, tokens.clone()).ok()
}

fn is_test_only(attribute: &Attribute) -> bool {
    attribute.path().is_ident("cfg") && attribute.parse_args::<syn::Path>().is_ok_and(|argument| argument.is_ident("test"))
}

/// `#[utoipa::path(…)]`; `#[path = "…"]` is another.
fn is_operation(attribute: &Attribute) -> bool {
    matches!(attribute.meta, syn::Meta::List(_)) && attribute.path().segments.last().is_some_and(|last| last.ident == "path")
}

/// `pub` or `pub(crate)`.
fn is_public(visibility: &Visibility) -> bool {
    match visibility {
        Visibility::Public(_) => true,
        Visibility::Restricted(within) => within.path.is_ident("crate"),
        Visibility::Inherited => false,
    }
}

fn words_of(path: &syn::Path) -> Vec<String> {
    path.segments.iter().map(|segment| segment.ident.to_string()).collect()
}

/// How many fenced passages a documentation has.
fn examples(attributes: &[Attribute]) -> usize {
    let is_fence = |attribute: &&Attribute| match &attribute.meta {
        syn::Meta::NameValue(value) if value.path.is_ident("doc") => {
            matches!(&value.value, Expr::Lit(syn::ExprLit { lit: syn::Lit::Str(text), .. }) if text.value().trim_start().starts_with("```"))
        }
        _ => false,
    };
    attributes.iter().filter(is_fence).count() / 2
}

fn name_of(about: &syn::Type) -> Option<String> {
    match about {
        syn::Type::Path(path) => path.path.segments.last().map(|last| last.ident.to_string()),
        _ => None,
    }
}

impl Reader {
    fn passage(&self, text: impl Into<String>, span: Span) -> Passage {
        Passage { text: text.into(), line: line(span), test: self.in_test }
    }

    fn name(&mut self, words: Vec<String>, line: usize) {
        self.source.paths.push(Named { words, line, test: self.in_test, within: self.within.clone(), handed_on: false });
    }

    fn define(&mut self, name: &syn::Ident) {
        if !self.in_test {
            self.source.definitions.push(Definition { name: name.to_string(), within: self.within.clone() });
        }
    }

    fn publish(&mut self, span: Span, visibility: &Visibility, attributes: &[Attribute], type_name: Option<&syn::Ident>) {
        if matches!(visibility, Visibility::Public(_)) && !self.in_test {
            let type_name = type_name.map(ToString::to_string);
            self.source.published.push(Published { line: line(span), type_name, examples: examples(attributes) });
        }
    }

    fn declare_type(&mut self, name: &syn::Ident) {
        let passage = self.passage(name.to_string(), name.span());
        self.source.types.push(passage);
    }

    fn define_type(&mut self, name: &syn::Ident, visibility: &Visibility, attributes: &[Attribute]) {
        self.define(name);
        self.publish(name.span(), visibility, attributes, Some(name));
        self.declare_type(name);
    }

    fn define_other(&mut self, name: &syn::Ident, visibility: &Visibility, attributes: &[Attribute]) {
        self.define(name);
        self.publish(name.span(), visibility, attributes, None);
    }

    fn function(&mut self, signature: &syn::Signature, body: &syn::Block, attributes: &[Attribute]) {
        self.source.functions.push(Function {
            name: signature.ident.to_string(),
            line: line(signature.fn_token.span),
            last_line: body.brace_token.span.close().end().line,
            is_operation: attributes.iter().any(is_operation),
            test: self.in_test,
            engine_calls: engine_calls(body),
        });
    }

    /// Everything below an item that carries these attributes.
    fn below(&mut self, attributes: &[Attribute], span: Span, walk: impl FnOnce(&mut Self)) {
        let before = self.in_test;
        if attributes.iter().any(is_test_only) {
            self.in_test = true;
            self.source.test_items.push(line(span)..=span.end().line);
        }
        walk(self);
        self.in_test = before;
    }

    fn import(&mut self, tree: &syn::UseTree, mut from: Vec<String>, visibility: &Visibility) {
        let (name, span) = match tree {
            syn::UseTree::Path(path) => {
                from.push(path.ident.to_string());
                return self.import(&path.tree, from, visibility);
            }
            syn::UseTree::Group(group) => {
                return group.items.iter().for_each(|tree| self.import(tree, from.clone(), visibility));
            }
            syn::UseTree::Glob(glob) => ("*".to_owned(), glob.span()),
            syn::UseTree::Name(name) if name.ident == "self" => (from.last().cloned().unwrap_or_default(), name.ident.span()),
            syn::UseTree::Rename(rename) if rename.ident == "self" => (rename.rename.to_string(), rename.ident.span()),
            syn::UseTree::Name(name) => {
                from.push(name.ident.to_string());
                (name.ident.to_string(), name.ident.span())
            }
            syn::UseTree::Rename(rename) => {
                from.push(rename.ident.to_string());
                (rename.rename.to_string(), rename.ident.span())
            }
        };
        let (line, within) = (line(span), self.within.clone());
        let (test, handed_on) = (self.in_test, !matches!(visibility, Visibility::Inherited));
        self.source.paths.push(Named { words: from.clone(), line, test, within: within.clone(), handed_on });
        self.source.imports.push(Import { from, name, line, test, is_public: is_public(visibility), within });
    }

    /// What stands in a macro or an attribute that is no list of expressions.
    fn opaque(&mut self, tokens: TokenStream) {
        let mut found = Opaque::default();
        tokens::scan(tokens, &mut found);
        let test = self.in_test;
        found.paths.into_iter().for_each(|(words, line)| self.name(words, line));
        self.source.strings.extend(tokens::passages(found.strings).map(|passage| Passage { test, ..passage }));
        self.source.types.extend(tokens::passages(found.types).map(|passage| Passage { test, ..passage }));
        let functions = found.functions.into_iter().map(|(name, line, last_line)| Function {
            name,
            line,
            last_line,
            is_operation: false,
            test,
            engine_calls: Vec::new(),
        });
        self.source.functions.extend(functions);
    }
}

fn attributes_of(item: &syn::Item) -> &[Attribute] {
    match item {
        syn::Item::Const(item) => &item.attrs,
        syn::Item::Enum(item) => &item.attrs,
        syn::Item::Fn(item) => &item.attrs,
        syn::Item::Impl(item) => &item.attrs,
        syn::Item::Macro(item) => &item.attrs,
        syn::Item::Mod(item) => &item.attrs,
        syn::Item::Static(item) => &item.attrs,
        syn::Item::Struct(item) => &item.attrs,
        syn::Item::Trait(item) => &item.attrs,
        syn::Item::Type(item) => &item.attrs,
        syn::Item::Use(item) => &item.attrs,
        _ => &[],
    }
}

impl<'ast> Visit<'ast> for Reader {
    fn visit_item(&mut self, item: &'ast syn::Item) {
        self.below(attributes_of(item), item.span(), |reader| visit::visit_item(reader, item));
    }

    fn visit_item_mod(&mut self, item: &'ast syn::ItemMod) {
        let (name, line) = (item.ident.to_string(), line(item.ident.span()));
        let (test, is_public) = (self.in_test, is_public(&item.vis));
        self.source.modules.push(Module { name: name.clone(), line, test, is_public, within: self.within.clone() });
        self.within.push(name);
        visit::visit_item_mod(self, item);
        self.within.pop();
    }

    fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
        item.attrs.iter().for_each(|attribute| self.visit_attribute(attribute));
        self.import(&item.tree, Vec::new(), &item.vis);
    }

    fn visit_item_fn(&mut self, item: &'ast syn::ItemFn) {
        self.define_other(&item.sig.ident, &item.vis, &item.attrs);
        self.function(&item.sig, &item.block, &item.attrs);
        visit::visit_item_fn(self, item);
    }

    fn visit_impl_item_fn(&mut self, item: &'ast syn::ImplItemFn) {
        self.below(&item.attrs, item.span(), |reader| {
            reader.publish(item.sig.fn_token.span, &item.vis, &item.attrs, None);
            if item.sig.asyncness.is_some() && matches!(item.vis, Visibility::Public(_)) {
                reader.source.asking.extend(reader.of.clone());
            }
            reader.function(&item.sig, &item.block, &item.attrs);
            visit::visit_impl_item_fn(reader, item);
        });
    }

    fn visit_trait_item_fn(&mut self, item: &'ast syn::TraitItemFn) {
        if let Some(body) = &item.default {
            self.function(&item.sig, body, &item.attrs);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_struct(&mut self, item: &'ast syn::ItemStruct) {
        self.define_type(&item.ident, &item.vis, &item.attrs);
        if let (1, Some(syn::Type::Reference(to))) = (item.fields.len(), item.fields.iter().next().map(|field| &field.ty)) {
            self.source.references.extend(name_of(&to.elem).map(|to| (item.ident.to_string(), to)));
        }
        visit::visit_item_struct(self, item);
    }

    fn visit_item_enum(&mut self, item: &'ast syn::ItemEnum) {
        self.define_type(&item.ident, &item.vis, &item.attrs);
        visit::visit_item_enum(self, item);
    }

    fn visit_item_trait(&mut self, item: &'ast syn::ItemTrait) {
        self.define_type(&item.ident, &item.vis, &item.attrs);
        visit::visit_item_trait(self, item);
    }

    fn visit_item_type(&mut self, item: &'ast syn::ItemType) {
        self.define_type(&item.ident, &item.vis, &item.attrs);
        self.source.aliases.extend(name_of(&item.ty).map(|of| (item.ident.to_string(), of)));
        visit::visit_item_type(self, item);
    }

    fn visit_item_const(&mut self, item: &'ast syn::ItemConst) {
        self.define_other(&item.ident, &item.vis, &item.attrs);
        visit::visit_item_const(self, item);
    }

    fn visit_item_static(&mut self, item: &'ast syn::ItemStatic) {
        self.define_other(&item.ident, &item.vis, &item.attrs);
        visit::visit_item_static(self, item);
    }

    fn visit_item_macro(&mut self, item: &'ast syn::ItemMacro) {
        if let Some(name) = &item.ident {
            self.define(name);
        }
        visit::visit_item_macro(self, item);
    }

    fn visit_impl_item_const(&mut self, item: &'ast syn::ImplItemConst) {
        self.publish(item.ident.span(), &item.vis, &item.attrs, None);
        visit::visit_impl_item_const(self, item);
    }

    fn visit_impl_item_type(&mut self, item: &'ast syn::ImplItemType) {
        self.declare_type(&item.ident);
        visit::visit_impl_item_type(self, item);
    }

    fn visit_trait_item_type(&mut self, item: &'ast syn::TraitItemType) {
        self.declare_type(&item.ident);
        visit::visit_trait_item_type(self, item);
    }

    fn visit_item_impl(&mut self, item: &'ast syn::ItemImpl) {
        if let syn::Type::Path(about) = &*item.self_ty {
            let (words, line) = (words_of(&about.path), line(item.impl_token.span));
            self.source.implemented.push(Named { words, line, test: self.in_test, within: self.within.clone(), handed_on: false });
        }
        self.of = name_of(&item.self_ty);
        visit::visit_item_impl(self, item);
        self.of = None;
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        self.name(words_of(path), line(path.span()));
        visit::visit_path(self, path);
    }

    fn visit_expr_method_call(&mut self, call: &'ast syn::ExprMethodCall) {
        self.name(vec![call.method.to_string()], line(call.method.span()));
        visit::visit_expr_method_call(self, call);
    }

    fn visit_expr_call(&mut self, call: &'ast syn::ExprCall) {
        self.source.fixed_ports.extend(super::ports::fixed(&call.args));
        visit::visit_expr_call(self, call);
    }

    fn visit_expr_tuple(&mut self, tuple: &'ast syn::ExprTuple) {
        self.source.fixed_ports.extend(super::ports::fixed(&tuple.elems));
        visit::visit_expr_tuple(self, tuple);
    }

    fn visit_lit_str(&mut self, literal: &'ast syn::LitStr) {
        let passage = self.passage(literal.value(), literal.span());
        self.source.strings.push(passage);
    }

    fn visit_lit_byte_str(&mut self, literal: &'ast syn::LitByteStr) {
        let passage = self.passage(String::from_utf8_lossy(&literal.value()), literal.span());
        self.source.strings.push(passage);
    }

    fn visit_attribute(&mut self, attribute: &'ast Attribute) {
        if attribute.path().is_ident("doc") {
            return;
        }
        visit::visit_attribute(self, attribute);
        if let syn::Meta::List(list) = &attribute.meta {
            self.opaque(list.tokens.clone());
        }
    }

    fn visit_macro(&mut self, called: &'ast syn::Macro) {
        let mut words = words_of(&called.path);
        if let Some(last) = words.last_mut() {
            last.push('!');
        }
        self.name(words, line(called.path.span()));
        match expressions(&called.tokens) {
            // The tree lives as long as this function; what is kept of it is text.
            Some(parsed) => {
                let mut inner =
                    Reader { source: std::mem::take(&mut self.source), in_test: self.in_test, within: self.within.clone(), of: None };
                parsed.iter().for_each(|expression| inner.visit_expr(expression));
                self.source = inner.source;
            }
            None => self.opaque(called.tokens.clone()),
        }
    }
}
