//! Addresses of this machine, spelt as expressions.

use syn::punctuated::Punctuated;
use syn::spanned::Spanned as _;
use syn::{Expr, Lit, Token};

use super::tokens::line;

/// The lines of an address that a port other than 0 follows, as in `([127, 0, 0, 1], 8080)`.
pub fn fixed(expressions: &Punctuated<Expr, Token![,]>) -> Vec<usize> {
    let expressions: Vec<&Expr> = expressions.iter().collect();
    let is_fixed = |pair: &&[&Expr]| is_of_this_machine(pair[0]) && number(pair[1]).is_some_and(|port| port != 0);
    expressions.windows(2).filter(is_fixed).map(|pair| line(pair[0].span())).collect()
}

fn number(expression: &Expr) -> Option<u64> {
    match expression {
        Expr::Lit(literal) => match &literal.lit {
            Lit::Int(number) => number.base10_parse().ok(),
            _ => None,
        },
        _ => None,
    }
}

fn is_of_this_machine(expression: &Expr) -> bool {
    match expression {
        Expr::Array(array) => {
            let numbers: Vec<_> = array.elems.iter().map_while(number).collect();
            [[127, 0, 0, 1], [0, 0, 0, 0]].iter().any(|address| numbers == address)
        }
        Expr::Path(path) => {
            path.path.segments.last().is_some_and(|last| ["LOCALHOST", "UNSPECIFIED"].iter().any(|name| last.ident == name))
        }
        Expr::Call(call) => call.args.iter().any(is_of_this_machine),
        Expr::MethodCall(call) => is_of_this_machine(&call.receiver),
        _ => false,
    }
}
