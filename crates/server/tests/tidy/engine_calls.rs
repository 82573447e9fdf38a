//! Where a function asks the engine and waits for the answer.

use proc_macro2::Span;
use syn::spanned::Spanned as _;
use syn::visit::{self, Visit};
use syn::{Block, Expr, ExprAwait, ExprClosure, ExprMethodCall, Macro, Member};

use super::reading::expressions;
use super::tokens::line;

#[derive(Default)]
struct Calls {
    awaited: bool,
    lines: Vec<usize>,
}

/// The lines of `engine.f(…)` that are awaited, themselves or as arguments of what is awaited. `engine.clone()` is none.
pub fn engine_calls(body: &Block) -> Vec<usize> {
    let mut calls = Calls::default();
    calls.visit_block(body);
    calls.lines
}

/// Where the word stands, if this is the engine.
fn the_engine(expression: &Expr) -> Option<Span> {
    match expression {
        Expr::Path(path) if path.path.is_ident("engine") => Some(path.span()),
        Expr::Field(field) => match &field.member {
            Member::Named(name) if name == "engine" => Some(name.span()),
            _ => None,
        },
        Expr::Reference(of) => the_engine(&of.expr),
        Expr::Paren(of) => the_engine(&of.expr),
        _ => None,
    }
}

impl<'ast> Visit<'ast> for Calls {
    fn visit_expr_await(&mut self, awaited: &'ast ExprAwait) {
        let before = std::mem::replace(&mut self.awaited, true);
        visit::visit_expr_await(self, awaited);
        self.awaited = before;
    }

    /// Out of the parenthesis of what is awaited, but not into a block, which awaits by itself.
    fn visit_block(&mut self, block: &'ast Block) {
        let before = std::mem::replace(&mut self.awaited, false);
        visit::visit_block(self, block);
        self.awaited = before;
    }

    /// What nobody awaits here runs later, as often as it will: the next piece of a stream.
    fn visit_expr_closure(&mut self, closure: &'ast ExprClosure) {
        if self.awaited {
            visit::visit_expr_closure(self, closure);
        }
    }

    fn visit_expr_method_call(&mut self, call: &'ast ExprMethodCall) {
        if let Some(span) = the_engine(&call.receiver).filter(|_| self.awaited && call.method != "clone") {
            self.lines.push(line(span));
        }
        visit::visit_expr_method_call(self, call);
    }

    fn visit_macro(&mut self, called: &'ast Macro) {
        if let Some(parsed) = expressions(&called.tokens) {
            let mut inner = Calls { awaited: self.awaited, lines: Vec::new() };
            parsed.iter().for_each(|expression| inner.visit_expr(expression));
            self.lines.extend(inner.lines);
        }
    }
}
