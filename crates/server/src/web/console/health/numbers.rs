//! What the server counts of itself, read from the page that Prometheus gets: what an operator sees here is what is graphed there.

use std::collections::BTreeMap;

/// The lines of the page.
pub struct Numbers {
    plain: BTreeMap<String, u64>,
    /// Requests that took at most so many seconds, over all routes; the bounds as the page writes them, in its order.
    buckets: Vec<(String, u64)>,
    tasks: BTreeMap<String, [u64; 3]>,
}

/// What is counted of a task, in the order in which it is shown.
const OF_TASK: [&str; 3] = ["cloakroom_task_rows_total", "cloakroom_task_batches_total", "cloakroom_task_failures_total"];

impl Numbers {
    pub fn read(page: &str) -> Self {
        let mut numbers = Self { plain: BTreeMap::new(), buckets: Vec::new(), tasks: BTreeMap::new() };
        for line in page.lines().filter(|line| !line.starts_with('#')) {
            let Some((name, value)) = line.rsplit_once(' ') else { continue };
            let Some(value) = whole(value) else { continue };
            match name.split_once('{') {
                None => drop(numbers.plain.insert(name.to_owned(), value)),
                Some(("cloakroom_request_seconds_bucket", labels)) => numbers.add(label(labels, "le"), value),
                Some((name, labels)) => {
                    let place = OF_TASK.iter().position(|known| *known == name);
                    if let (Some(place), Some(task)) = (place, label(labels, "task")) {
                        numbers.tasks.entry(task.to_owned()).or_default()[place] = value;
                    }
                }
            }
        }
        numbers
    }

    fn add(&mut self, bound: Option<&str>, count: u64) {
        let Some(bound) = bound else { return };
        match self.buckets.iter_mut().find(|(known, _)| known == bound) {
            Some((_, sum)) => *sum += count,
            None => self.buckets.push((bound.to_owned(), count)),
        }
    }

    pub fn of(&self, name: &str) -> Option<u64> {
        self.plain.get(name).copied()
    }

    /// How many requests took longer than the bound before and at most this one, in seconds.
    pub fn requests_by_seconds(&self) -> Vec<(String, u64)> {
        let before = std::iter::once(0).chain(self.buckets.iter().map(|(_, sum)| *sum));
        self.buckets.iter().zip(before).map(|((bound, sum), before)| (bound.clone(), sum.saturating_sub(before))).collect()
    }

    pub fn tasks(&self) -> Vec<(String, [u64; 3])> {
        self.tasks.iter().map(|(name, counts)| (name.clone(), *counts)).collect()
    }
}

/// Without what is behind the point.
fn whole(value: &str) -> Option<u64> {
    value.split('.').next().unwrap_or_default().parse().ok()
}

fn label<'l>(labels: &'l str, name: &str) -> Option<&'l str> {
    labels.split(',').find_map(|pair| pair.trim_end_matches('}').strip_prefix(name)?.strip_prefix("=\"")?.strip_suffix('"'))
}

/// A bound in seconds as one in milliseconds.
pub fn milliseconds(bound: &str) -> String {
    let milliseconds = bound.parse::<f64>().unwrap_or_default() * 1000.0;
    let text = format!("{milliseconds:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Duration;

    use axum::http::Method;

    use super::*;
    use crate::metrics::Metrics;

    #[test]
    fn the_page_of_metrics_is_read() {
        let metrics = Metrics::new(Arc::new(|| 0));
        for millis in [0, 3, 4, 20_000] {
            metrics.begin();
            metrics.end(&metrics.numbers(None), &Method::GET, 200, Duration::from_millis(millis));
        }
        let numbers = Numbers::read(&metrics.render());
        assert_eq!(numbers.of("cloakroom_in_flight"), Some(0));
        let taken: Vec<_> = numbers.requests_by_seconds().into_iter().filter(|(_, count)| *count > 0).collect();
        assert_eq!(taken, [("0.0001".to_owned(), 1), ("0.005".to_owned(), 2), ("+Inf".to_owned(), 1)]);
    }

    #[test]
    fn tasks_have_their_three_numbers() {
        let page = "# TYPE x counter\ncloakroom_task_rows_total{task=\"sweep\"} 7\ncloakroom_task_failures_total{task=\"sweep\"} 1\nbroken";
        assert_eq!(Numbers::read(page).tasks(), [("sweep".to_owned(), [7, 0, 1])]);
    }

    #[test]
    fn bounds_are_written_in_milliseconds() {
        assert_eq!(["0.0001", "0.00025", "0.005", "2.5"].map(milliseconds), ["0.1", "0.25", "5", "2500"]);
    }
}
