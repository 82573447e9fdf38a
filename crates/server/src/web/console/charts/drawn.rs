//! What charts are: tables, a line or a bar for each of their numbers.

use cloakroom_engine::clock::Timestamp;

use crate::web::assets::Asset;
use crate::web::console::cells::grouped;
use crate::web::door::Door;
use crate::web::language::Language;
use crate::web::words::Moment;

/// What a page with charts loads.
pub struct ChartAssets {
    pub style: String,
    pub script: String,
    pub library: String,
    pub library_style: String,
}

impl ChartAssets {
    pub fn of(door: &Door) -> Self {
        let at = |asset: &Asset| door.at(asset.path());
        let assets = &door.assets;
        Self {
            style: at(&assets.charts_style),
            script: at(&assets.charts_script),
            library: at(&assets.uplot),
            library_style: at(&assets.uplot_style),
        }
    }
}

/// A number, for machines and as people read it.
pub struct Figure {
    pub exact: u64,
    pub said: String,
}

impl Figure {
    pub fn of(language: Language, exact: u64) -> Self {
        Self { exact, said: grouped(language, exact) }
    }
}

/// A line of a chart.
pub struct Series {
    pub name: String,
    /// The custom property that is its colour, the same on every page.
    pub colour: &'static str,
}

/// Numbers over time.
pub struct LineChart {
    /// Of the figure, unique on the page.
    pub id: &'static str,
    pub title: String,
    pub unit: String,
    pub series: Vec<Series>,
    /// The oldest first; in each as many numbers as there are series.
    pub rows: Vec<(Moment, Vec<Figure>)>,
}

impl LineChart {
    /// Numbers that are not there are zero.
    pub fn row(language: Language, at: Timestamp, numbers: impl IntoIterator<Item = u64>) -> (Moment, Vec<Figure>) {
        // Told exactly: how long ago an hour began says nothing on an axis.
        (Moment::of(language, at, at), numbers.into_iter().map(|number| Figure::of(language, number)).collect())
    }
}

/// One kind of a chart of kinds.
pub struct Bar {
    pub name: String,
    /// Of the longest bar, in percent.
    pub length: String,
    pub number: Figure,
}

/// Numbers by kind.
pub struct BarChart {
    pub id: &'static str,
    pub title: String,
    pub unit: String,
    /// What the kinds are.
    pub kind: String,
    /// The class of its bars.
    pub class: &'static str,
    pub bars: Vec<Bar>,
}

impl BarChart {
    /// The longest first; what there is none of is left out.
    pub fn bars(language: Language, kinds: impl IntoIterator<Item = (String, u64)>) -> Vec<Bar> {
        let mut kinds: Vec<_> = kinds.into_iter().filter(|(_, number)| *number > 0).collect();
        kinds.sort_by(|(name, number), (other, more)| more.cmp(number).then_with(|| name.cmp(other)));
        Self::in_order(language, kinds)
    }

    /// In their own order, where kinds have one.
    pub fn in_order(language: Language, kinds: impl IntoIterator<Item = (String, u64)>) -> Vec<Bar> {
        let kinds: Vec<_> = kinds.into_iter().collect();
        let longest = kinds.iter().map(|(_, number)| *number).max().unwrap_or_default().max(1);
        let bar = |(name, number): (String, u64)| {
            let thousandths = u128::from(number) * 1000 / u128::from(longest);
            Bar { name, length: format!("{}.{}", thousandths / 10, thousandths % 10), number: Figure::of(language, number) }
        };
        kinds.into_iter().map(bar).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_are_as_long_as_their_numbers_and_sorted_by_them() {
        let kinds = [("a", 1), ("b", 1000), ("none", 0), ("c", 333)].map(|(name, number)| (name.to_owned(), number));
        let bars = BarChart::bars(Language::English, kinds);
        let shown: Vec<_> = bars.iter().map(|bar| (bar.name.as_str(), bar.length.as_str(), bar.number.said.as_str())).collect();
        assert_eq!(shown, [("b", "100.0", "1,000"), ("c", "33.3", "333"), ("a", "0.1", "1")]);
        assert!(BarChart::bars(Language::English, [("none".to_owned(), 0)]).is_empty());
    }
}
