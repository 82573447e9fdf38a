//! How figures grow with the number of sessions, drawn with both axes logarithmic: what grows in proportion rises as the diagonal does.

use std::path::Path;

use plotters::prelude::*;

use crate::Failure;
use crate::scale::Row;

const SIZE: (u32, u32) = (1000, 620);
/// Milliseconds.
const LEAST: f64 = 0.01;

/// Draws the median of every figure at every size into `file`.
pub(crate) fn growth(file: &Path, rows: &[Row]) -> Result<(), Failure> {
    let (Some(first), Some(last)) = (rows.first(), rows.last()) else { return Err("nothing was measured".into()) };
    let slowest = rows.iter().flat_map(|row| &row.figures).map(|(_, p50, _)| p50 / 1000.0).fold(LEAST * 10.0, f64::max);
    let area = SVGBackend::new(file, SIZE).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Median by number of live sessions", ("sans-serif", 18))
        .margin(12)
        .x_label_area_size(44)
        .y_label_area_size(72)
        .margin_right(230)
        .build_cartesian_2d((first.sessions as f64..last.sessions as f64).log_scale(), (LEAST..slowest * 2.0).log_scale())?;
    chart
        .configure_mesh()
        .x_desc("live sessions of one tenant")
        .y_desc("milliseconds")
        .x_label_formatter(&|sessions| format!("{sessions:.0}"))
        .light_line_style(BLACK.mix(0.05))
        .draw()?;
    let mut ends = Vec::new();
    for (index, (name, ..)) in last.figures.iter().enumerate() {
        let colour = HSLColor(index as f64 / last.figures.len() as f64, 0.9, 0.35).to_rgba();
        let of_row = |row: &Row| {
            let figure = row.figures.iter().find(|(figure, ..)| figure == name);
            figure.map(|(_, p50, _)| (row.sessions as f64, (p50 / 1000.0).max(LEAST)))
        };
        let points: Vec<_> = rows.iter().filter_map(of_row).collect();
        ends.extend(points.last().map(|end| (chart.backend_coord(end), *name, colour)));
        chart.draw_series(LineSeries::new(points, colour.stroke_width(2)).point_size(3))?;
    }
    // Each line is named at its end, the names far enough from each other to be read.
    ends.sort_by_key(|((_, y), ..)| *y);
    let mut free = 0;
    for ((x, y), name, colour) in ends {
        free = y.max(free);
        area.draw(&Text::new(name, (x + 14, free - 6), ("sans-serif", 15).into_font().color(&colour)))?;
        free += 15;
    }
    area.present()?;
    Ok(())
}
