//! Owns the check: every page is rendered, parsed as a browser would, and every link, fragment and
//! JSON document in it is followed. Nothing is written.

mod html;
mod links;

use rayon::prelude::*;

use crate::compose::Press;
use crate::diag::{Code, Diagnostic, Place, Report};
use crate::policy::{self, Preset};
use crate::site::Route;
use links::Wanted;

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
struct Findings {
    checked: Checked,
    report: Report,
    wanted: Wanted,
}

impl Findings {
    fn merge(mut self, other: Findings) -> Findings {
        self.checked.pages += other.checked.pages;
        self.checked.files += other.checked.files;
        self.checked.links += other.checked.links;
        self.report.merge(other.report);
        self.wanted.merge(other.wanted);
        self
    }

    fn fault(&mut self, code: Code, file: &str, message: String, hint: &str) {
        self.report.push(Diagnostic::error(code, Place::start(file), message, hint));
    }
}

/// Checks every route. `progress` is told how many are done.
pub fn check(press: &Press, report: &mut Report, progress: &(dyn Fn(usize) + Sync)) -> Checked {
    let common = press.site.common_routes().into_par_iter().map(|route| {
        let mut findings = Findings::default();
        match press.artifact(&route) {
            Ok(bytes) => examine(press, &route, &bytes, &mut findings),
            Err(fault) => findings.report.push(*fault),
        }
        progress(1);
        findings
    });
    let servers: Vec<_> = press.site.servers().collect();
    let of_servers = servers.into_par_iter().map(|id| {
        let mut findings = Findings::default();
        let result = press.server_artifacts(id, None, |route, bytes| {
            match bytes {
                Ok(bytes) => examine(press, route, &bytes, &mut findings),
                Err(fault) => findings.report.push(*fault),
            }
            progress(1);
            Ok::<(), Box<Diagnostic>>(())
        });
        if let Err(fault) = result {
            findings.report.push(*fault);
        }
        findings
    });
    let findings = common.chain(of_servers).reduce(Findings::default, Findings::merge);
    report.merge(findings.report);
    let mut checked = findings.checked;
    match press.index() {
        Ok(files) => checked.files += files.len(),
        Err(fault) => report.push(*fault),
    }
    links::check_fragments(press, &findings.wanted, report);
    checked
}

fn examine(press: &Press, route: &Route, bytes: &[u8], findings: &mut Findings) {
    let file = press.site.file(route);
    if !route.is_html() {
        findings.checked.files += 1;
        examine_file(route, &file, bytes, findings);
        return;
    }
    findings.checked.pages += 1;
    let page = html::read(&String::from_utf8_lossy(bytes));
    for error in &page.errors {
        let hint = "correct the template; foreign text is escaped and cannot be the cause";
        findings.fault(Code::HtmlError, &file, error.clone(), hint);
    }
    for text in &page.json {
        if let Err(error) = serde_json::from_str::<serde_json::Value>(text) {
            findings.fault(
                Code::InvalidPageJson,
                &file,
                error.to_string(),
                "print `head.json_ld_html` as it is; JSON that a template puts together breaks easily",
            );
        }
    }
    for text in &page.policies {
        for fault in policy::parse(text).err().unwrap_or_default() {
            findings.fault(
                Code::BadPolicy,
                &file,
                fault,
                "print the document as the view holds it; only policies may be marked `data-format=\"policy\"`",
            );
        }
    }
    for id in &page.repeated_ids {
        let message = format!("the id `{id}` stands twice on the page");
        findings.fault(Code::HtmlError, &file, message, "give each element its own id");
    }
    for link in &page.links {
        findings.checked.links +=
            usize::from(links::check(press, &file, &page.ids, link, findings));
    }
}

fn examine_file(route: &Route, file: &str, bytes: &[u8], findings: &mut Findings) {
    let text = String::from_utf8_lossy(bytes);
    match route {
        Route::ServerApi(_) => {
            if let Err(error) = serde_json::from_str::<serde_json::Value>(&text) {
                findings.fault(
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
                findings.fault(Code::BadPolicy, file, fault, hint);
            }
        }
        _ => {}
    }
}
