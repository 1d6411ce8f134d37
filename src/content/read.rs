//! Owns reading the texts of a site, each from its file of the site or from the built-in one.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use super::checks::{References, check_attack, check_placeholders, check_policies};
use super::front_matter::{FrontMatter, START, front_matter};
use super::{Article, Attack, CategoryText, Prose, RiskText, Term, TermForms};
use super::{links, unread};
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::overlay::{self, Layer, LayerFile};
use crate::risk::{Category, Risk};
use crate::text;

/// The folders of `content/` in which texts stand.
const FOLDERS: [&str; 5] = ["categories", "risk", "attacks", "glossary", "pages"];

/// The attacks that a category names.
const ATTACKS: References =
    References { field: "attacks", unknown: Code::UnknownAttack, folder: "content/attacks" };
/// The terms that a term names.
const TERMS: References =
    References { field: "related", unknown: Code::UnknownTerm, folder: "content/glossary" };

/// Reads all texts of a site. In the place of a broken one that no page can do without stands the
/// built-in one, so that the faults of the catalogue can be found as well.
pub fn read(root: &Path, report: &mut Report) -> Option<Prose> {
    unread::check(root, &FOLDERS, report);
    let layers = FOLDERS.map(|folder| overlay::layer(root, &format!("content/{folder}"), report));
    let own = own_files(&layers);
    let [categories, risks, attack_files, term_files, pages] = links::settle(FOLDERS, layers);
    let mut attack_slugs = BTreeSet::new();
    let attacks = attacks(attack_files, &mut attack_slugs, report);
    for file in categories.values() {
        ATTACKS.check(file, &attack_slugs, report);
    }
    let categories = named_texts(
        ("categories", categories),
        &Category::ALL.map(Category::name),
        report,
        |text: &mut CategoryText, body| text.body = body,
    );
    let risks = named_texts(
        ("risk", risks),
        &Risk::ALL.map(Risk::name),
        report,
        |text: &mut RiskText, body| text.body = body,
    );
    let (terms, articles) = (terms(term_files, report), articles(pages, report));
    let forms = TermForms::of(&terms);
    Some(Prose {
        categories: categories?,
        risks: risks?,
        attacks,
        attack_slugs,
        terms,
        forms,
        articles,
        own,
    })
}

/// The files of the layers that are the site's own.
fn own_files(layers: &[Layer]) -> BTreeMap<String, LayerFile> {
    let files = FOLDERS.iter().zip(layers).flat_map(|(folder, layer)| {
        layer.iter().map(move |(name, file)| (format!("{folder}/{name}"), file.clone()))
    });
    files.filter(|(_, file)| !file.is_built_in).collect()
}

/// One text for each name, in that order.
fn named_texts<Text: FrontMatter>(
    (folder, layer): (&str, Layer),
    names: &[&str],
    report: &mut Report,
    set_body: impl Fn(&mut Text, String),
) -> Option<Vec<Text>> {
    let built_in = overlay::built_in(&format!("content/{folder}"));
    let others = layer.iter().filter(|(name, _)| !built_in.contains_key(*name));
    others.for_each(|(_, file)| unread::add(&file.label, report));
    let texts = names.iter().filter_map(|name| {
        let name = format!("{name}.md");
        let file = layer.get(&name)?;
        check_placeholders(file, report);
        let (mut text, body) = front_matter::<Text>(file, report)
            .or_else(|| front_matter::<Text>(built_in.get(&name)?, report))?;
        set_body(&mut text, body);
        Some(text)
    });
    let texts: Vec<Text> = texts.collect();
    (texts.len() == names.len()).then_some(texts)
}

fn attacks(layer: Layer, slugs: &mut BTreeSet<String>, report: &mut Report) -> Vec<Attack> {
    let mut attacks = Vec::new();
    for (slug, file) in slugged("attacks", layer, report) {
        slugs.insert(slug.clone());
        if let Some((attack, body)) = front_matter::<Attack>(&file, report) {
            check_attack(&file, report);
            check_policies(&file, report);
            attacks.push(Attack { slug, body, ..attack });
        }
    }
    attacks
}

fn terms(layer: Layer, report: &mut Report) -> Vec<Term> {
    let mut terms = Vec::new();
    let files = slugged("glossary", layer, report);
    let slugs: BTreeSet<String> = files.iter().map(|(slug, _)| slug.clone()).collect();
    for (slug, file) in files {
        TERMS.check(&file, &slugs, report);
        let read = front_matter::<Term>(&file, report);
        terms.extend(read.map(|(term, body)| Term { slug, body, ..term }));
    }
    terms.sort_by_cached_key(|term| (term.title.to_lowercase(), term.slug.clone()));
    terms
}

fn articles(layer: Layer, report: &mut Report) -> Vec<Article> {
    let mut articles = Vec::new();
    for (slug, file) in slugged("pages", layer, report) {
        let read = front_matter::<Article>(&file, report);
        articles.extend(read.map(|(article, body)| Article { slug, body, ..article }));
    }
    articles
}

/// The texts of a folder whose names are segments of addresses. An empty file of the site takes a
/// built-in text away.
fn slugged(folder: &str, layer: Layer, report: &mut Report) -> Vec<(String, LayerFile)> {
    let built_in = overlay::built_in(&format!("content/{folder}"));
    let mut files = Vec::new();
    for (name, file) in layer {
        let Some(slug) = name.strip_suffix(".md").filter(|slug| !slug.contains('/')) else {
            unread::add(&file.label, report);
            continue;
        };
        // With front matter a file called `licence.md` is a text like the others.
        let is_note =
            unread::is_note(&name) && !file.bytes.starts_with(START.trim_end().as_bytes());
        let is_empty = file.bytes.trim_ascii().is_empty();
        if is_empty && !is_note && !built_in.contains_key(&name) {
            let message =
                "this file is empty, and there is no built-in text of its name to take away";
            let hint = "give it the name of the text that is to go, write one, or remove the file";
            let place = Place::start(&file.label);
            report.push(Diagnostic::error(Code::UnreadContent, place, message, hint));
        }
        if is_empty || is_note {
            continue;
        }
        if text::is_slug(slug) {
            files.push((slug.to_owned(), file));
            continue;
        }
        let shown = text::visible(slug);
        let (message, hint) = if text::slug(slug).natural == slug {
            let hint = "give the file another name: this one is taken, or means something else to a host or a system";
            (format!("`{shown}` cannot be the address of a text"), hint)
        } else {
            let hint = "name the file with small letters, digits and single hyphens";
            (format!("`{shown}` cannot stand in an address"), hint)
        };
        let place = Place::start(&file.label);
        report.push(Diagnostic::error(Code::BadFileName, place, message, hint));
    }
    files
}

#[cfg(test)]
mod tests {
    use super::*;

    // No rule for all sites: one may take a built-in attack away, or narrow it, and leave the
    // categories as they are.
    #[test]
    fn built_in_categories_name_attacks_that_name_them() {
        let mut report = Report::new();
        let prose = read(Path::new("/no such site"), &mut report).unwrap();
        assert!(report.is_empty());
        for category in Category::ALL {
            let attacks = &prose.category(category).attacks;
            assert!(!attacks.is_empty());
            for slug in attacks {
                let attack = prose.attacks.iter().find(|attack| attack.slug == *slug);
                let named = attack.is_some_and(|attack| attack.categories.contains(&category));
                assert!(named, "{} names {slug}", category.name());
            }
        }
    }
}
