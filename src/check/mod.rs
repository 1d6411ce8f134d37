//! Owns the check: every page is rendered, parsed as a browser would, and every link, fragment and
//! JSON document in it is followed. Nothing is written.

mod findings;
mod html;
mod links;
mod parse;
mod repeats;
pub mod sarif;

use std::collections::BTreeSet;

use rayon::prelude::*;

use crate::compose::Press;
use crate::diag::{self, Code, Diagnostic, Place, Report};
use crate::pages;
use crate::policy::{self, Preset};
use crate::site::Route;
pub use findings::{Found, Located};
use html::PageFacts;
use links::{Origin, Wanted};
use repeats::Repeats;

/// What was looked at.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// HTML pages.
    pub pages: usize,
    /// Files of other kinds.
    pub files: usize,
    /// Links inside the site.
    pub links: usize,
}

#[derive(Default)]
struct Gathered {
    checked: Checked,
    report: Report,
    repeats: Repeats,
    wanted: Wanted,
    located: Vec<Located>,
}

impl Gathered {
    fn merge(mut self, other: Gathered) -> Gathered {
        self.checked.pages += other.checked.pages;
        self.checked.files += other.checked.files;
        self.checked.links += other.checked.links;
        self.report.merge(other.report);
        self.repeats.merge(other.repeats);
        self.wanted.merge(other.wanted);
        self.located.extend(other.located);
        self
    }

    fn fault(&mut self, code: Code, file: &str, message: String, hint: &str) {
        self.report.push(Diagnostic::error(code, Place::start(file), message, hint));
    }
}

/// Checks every route. `progress` is told how many are done.
pub fn check(
    press: &Press,
    report: &mut Report,
    progress: &(dyn Fn(usize) + Sync),
) -> (Checked, Found) {
    let told = links::check_settings(press, report);
    let common = press.site.common_routes().into_par_iter().map(|route| {
        let mut gathered = Gathered::default();
        match press.artifact(&route) {
            Ok(bytes) => examine(press, &route, &bytes, &told, &mut gathered),
            Err(fault) => gathered.report.push(*fault),
        }
        progress(1);
        gathered
    });
    let servers: Vec<_> = press.site.servers().collect();
    let of_servers = servers.into_par_iter().map(|id| {
        let mut gathered = Gathered::default();
        let result = press.server_artifacts(id, None, |route, bytes| {
            match bytes {
                Ok(bytes) => examine(press, route, &bytes, &told, &mut gathered),
                Err(fault) => gathered.report.push(*fault),
            }
            progress(1);
            Ok::<(), Box<Diagnostic>>(())
        });
        if let Err(fault) = result {
            gathered.report.push(*fault);
        }
        match findings::of_server(press, id) {
            Ok(located) => gathered.located.extend(located),
            Err(fault) => gathered.report.push(*fault),
        }
        gathered
    });
    let gathered = common.chain(of_servers).reduce(Gathered::default, Gathered::merge);
    report.merge(gathered.report);
    gathered.repeats.tell(report);
    let mut checked = gathered.checked;
    match press.index() {
        Ok(files) => checked.files += files.len(),
        Err(fault) => report.push(*fault),
    }
    links::check_fragments(press, &gathered.wanted, report);
    links::check_sheets(press, report);
    (checked, Found::of(gathered.located))
}

fn examine(
    press: &Press,
    route: &Route,
    bytes: &[u8],
    told: &BTreeSet<String>,
    gathered: &mut Gathered,
) {
    let file = press.site.file(route);
    let Some(template) = pages::template(route) else {
        gathered.checked.files += 1;
        examine_file(route, &file, bytes, gathered);
        return;
    };
    gathered.checked.pages += 1;
    let page = html::read(&String::from_utf8_lossy(bytes));
    examine_page(&page, template, |code, message, hint| {
        gathered.repeats.add(code, &file, message, hint);
    });
    let from = Origin { route, file: &file, ids: &page.ids, told };
    for link in &page.links {
        gathered.checked.links += usize::from(links::check(press, &from, link, gathered));
    }
}

/// Looks at everything on a page but its links.
fn examine_page(page: &PageFacts, template: &str, mut fault: impl FnMut(Code, String, &str)) {
    for error in &page.errors {
        let hint = format!(
            "correct `{template}` or a template that it takes in; \
             foreign text is escaped and cannot be the cause"
        );
        fault(Code::HtmlError, error.clone(), &hint);
    }
    for text in &page.json {
        if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
            let hint = "print `head.json_ld_html` as it is; \
                        JSON that a template puts together breaks easily";
            fault(Code::InvalidPageJson, error.to_string(), hint);
        }
    }
    for text in &page.policies {
        for error in policy::parse(text).err().unwrap_or_default() {
            let hint = "print the document as the view holds it; \
                        only policies may be marked `data-format=\"policy\"`";
            fault(Code::BadPolicy, diag::in_words(&error, "an object"), hint);
        }
    }
    for id in &page.repeated_ids {
        let message = format!("the id `{id}` stands twice on the page");
        fault(Code::HtmlError, message, "give each element its own id");
    }
}

fn examine_file(route: &Route, file: &str, bytes: &[u8], gathered: &mut Gathered) {
    let text = String::from_utf8_lossy(bytes);
    match route {
        Route::ServerApi(_) => {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
                gathered.fault(
                    Code::InvalidPageJson,
                    file,
                    error.to_string(),
                    "look at the record that the file is made from",
                );
            }
        }
        Route::PolicyDocument(_, preset) => {
            let faults = policy::parse(&text).err().unwrap_or_default();
            for fault in faults {
                let hint = if *preset == Preset::Recommended {
                    "the record has a tool whose name no policy can hold"
                } else {
                    "see the recommended document"
                };
                gathered.fault(Code::BadPolicy, file, diag::in_words(&fault, "an object"), hint);
            }
        }
        _ => {}
    }
}
