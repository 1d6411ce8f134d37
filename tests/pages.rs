//! What pages say of records that are out of the ordinary: nothing that is false of them.

use serde_json::{Value, json};

use super::golden::reading::{all, page, words_of};
use super::support::TestSite;

/// A site with one record for each of these.
fn site_of(records: &[Value]) -> TestSite {
    let site = TestSite::new();
    for (number, record) in records.iter().enumerate() {
        site.write(&format!("content/catalogue/{number}.json"), &record.to_string());
    }
    site.build();
    site
}

/// The words of every element of a published page that a selector finds.
fn words(site: &TestSite, file: &str, selector: &str) -> Vec<String> {
    let page = page(&site.public(), file);
    all(&page, selector).into_iter().map(words_of).collect()
}

#[test]
fn a_classification_is_called_uncertain_by_the_percentage_that_is_shown() {
    let confidences = [("a", 0.594), ("b", 0.596), ("c", 0.604)];
    let tools = confidences.map(|(name, confidence)| {
        json!({"name": name, "classification": {"category": "read", "confidence": confidence}})
    });
    let site = site_of(&[json!({"server": {"name": "s"}, "tools": tools})]);
    let mut shown = Vec::new();
    for (name, _) in confidences {
        let file = format!("tools/s/{name}/index.html");
        let facts = words(&site, &file, ".facts dd");
        let percentage = facts.into_iter().find(|fact| fact.ends_with('%')).unwrap();
        let notes = words(&site, &file, ".note").join(" ");
        assert!(!notes.contains('%') || notes.contains(&format!("({percentage} confidence)")));
        shown.push((percentage, notes.contains("uncertain")));
    }
    let expected = [("59%", true), ("60%", false), ("60%", false)];
    assert_eq!(shown, expected.map(|(percentage, noted)| (percentage.to_owned(), noted)));
}
