//! Charts: tables that the script draws (assets/web/charts.js), and which stand there without it.

mod drawn;
mod of_activity;

pub use self::drawn::{BarChart, ChartAssets};
pub use self::of_activity::Charts;
