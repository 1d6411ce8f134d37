//! The documentation says what the program does: the list of faults, the options, the settings,
//! and the figures of README.md. `BLESS=1` writes the lists of faults and rules anew.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use policypress::diag::Code;
use policypress::rules::{Audience, Rule};

use super::support::{repository, run_in, tree};

/// A document whose last part is a table that the program could write.
fn assert_ends_with_table(document: &str, head: &str, rows: &str) {
    let path = repository().join(document);
    let found = fs::read_to_string(&path).unwrap();
    let (before, _) = found.split_once(head).unwrap();
    let expected = [before, head, rows].concat();
    if std::env::var_os("BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
        return;
    }
    assert_eq!(found, expected, "run the tests with BLESS=1");
}

#[test]
fn the_list_of_faults_is_the_one_of_the_program() {
    let mut rows = String::new();
    for code in Code::ALL {
        let _ = writeln!(rows, "| `{}` | {} |", code.name(), code.meaning());
    }
    let head = "| code | what it stands for |\n|---|---|\n";
    assert_ends_with_table("docs/diagnostics.md", head, &rows);
}

#[test]
fn the_list_of_rules_is_the_one_of_the_program() {
    let mut rows = String::new();
    for rule in Rule::ALL {
        let page = if rule.audience() == Audience::Readers { "yes" } else { "no" };
        let hint = rule.hint();
        let _ = writeln!(
            rows,
            "| `{}` | {} | {page} | {} | {}{}. |",
            rule.code(),
            rule.severity().name(),
            rule.meaning(),
            hint[..1].to_uppercase(),
            &hint[1..],
        );
    }
    let head = "| rule | severity | on the page | what it looks for | what to do |\n|---|---|---|---|---|\n";
    assert_ends_with_table("docs/checks.md", head, &rows);
}

#[test]
fn the_readme_names_every_command_option_and_setting() {
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let help = |arguments: &[&str]| run_in(repository(), arguments, &[]).stdout;
    let general = help(&["--help"]);
    let after = general.lines().skip_while(|line| *line != "Commands:").skip(1);
    let commands =
        after.take_while(|line| !line.is_empty()).filter(|line| !line.starts_with("   "));
    for command in commands.filter(|line| !line.trim_start().starts_with("help")) {
        let name = command.split_whitespace().next().unwrap();
        assert!(
            readme.contains(&format!("`policypress {name}")),
            "README.md does not name `{name}`"
        );
    }
    let build = help(&["build", "--help"]);
    let options = build.split_whitespace().filter_map(|word| word.strip_prefix("--"));
    for option in
        options.filter(|option| !matches!(*option, "help" | "version" | "quiet" | "verbose"))
    {
        assert!(readme.contains(&format!("--{option}")), "README.md does not name --{option}");
    }
    let settings = fs::read_to_string(repository().join("src/init/site.toml")).unwrap();
    for name in policypress::config::SETTINGS {
        let in_readme = format!("`{name}`");
        assert!(readme.contains(&in_readme), "README.md does not name the setting {name}");
        let line = if name.starts_with('[') { (*name).to_owned() } else { format!("{name} = ") };
        assert!(settings.contains(&line), "src/init/site.toml does not show {line}");
    }
}

#[test]
fn the_readme_counts_the_shipped_catalogue_right() {
    let records = tree(&repository().join("content/catalogue"));
    let tools: usize = records
        .values()
        .map(|bytes| {
            serde_json::from_slice::<serde_json::Value>(bytes).unwrap()["tools"]
                .as_array()
                .unwrap()
                .len()
        })
        .sum();
    let readme = fs::read_to_string(repository().join("README.md")).unwrap();
    let sentence = format!("{} well-known servers with {tools} tools", records.len());
    assert!(readme.contains(&sentence), "README.md should say: {sentence}");
}

#[test]
fn links_between_the_documents_lead_somewhere() {
    let files = tree(&repository().join("docs")).into_keys();
    let docs = files.filter(|name| Path::new(name).extension().is_some_and(|end| end == "md"));
    let roots = ["README.md", "CHANGELOG.md"].map(str::to_owned);
    for document in docs.map(|name| format!("docs/{name}")).chain(roots) {
        let path = repository().join(&document);
        let text = fs::read_to_string(&path).unwrap();
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.starts_with("https://") {
                continue;
            }
            let (file, heading) = target.split_once('#').unwrap_or((target, ""));
            let file =
                if file.is_empty() { path.clone() } else { path.parent().unwrap().join(file) };
            let linked = fs::read_to_string(&file)
                .or_else(|_| fs::metadata(&file).map(|_| String::new()))
                .unwrap_or_else(|_| panic!("{document} links to {target}"));
            let mut headings = linked.lines().filter(|line| line.starts_with('#'));
            let is_linked = |line: &str| {
                line.trim_start_matches(['#', ' ']).to_lowercase().replace(' ', "-") == heading
            };
            assert!(heading.is_empty() || headings.any(is_linked), "{document} links to {target}");
        }
    }
}
