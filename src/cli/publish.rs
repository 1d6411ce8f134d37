//! Owns the commands `build`, `merge` and `changes`: where they write, and what is said of it.

use std::path::{Path, PathBuf};
use std::time::Instant;

use indicatif::ProgressBar;
use serde_json::{Value, json};

use super::args::{BuildArguments, ChangesArguments, MergeArguments};
use super::terminal::{Terminal, seconds, size};
use super::{Exit, NO_SITE, faults, nearest_site, overrides_of, root_of};
use crate::build::{self, BuildError, Changes, Merge, Step, Summary, Target, UserFolders};
use crate::config::{self, Config};
use crate::diag::{Code, Report};
use crate::text;

pub(super) fn build(arguments: &BuildArguments) -> Result<(), Exit> {
    let start = Instant::now();
    let terminal = Terminal::of(&arguments.common);
    let root = root_of(&arguments.common, terminal)?;
    let (target, terminal) = target(arguments.out.as_deref(), &root, terminal)?;
    let target = target.removing_at_most(arguments.max_removed);
    let (config, mut report) = config::read(&root, overrides_of(&arguments.common));
    let prepared = config.and_then(|config| build::prepare(config, &target, &mut report));
    let prepared = prepared.ok_or_else(|| unpublished(&report, terminal))?;
    let site = &prepared.press.site;
    let bar = terminal.progress(site.share(arguments.shard).route_count(site), "building");
    let result = build::build(prepared, arguments.shard, &target, &|step| show(&bar, step));
    bar.finish_and_clear();
    let (what, shown) = match arguments.shard {
        None => ("built".to_owned(), json!({})),
        Some(shard) => (format!("built shard {shard}:"), json!({"shard": shard.to_string()})),
    };
    finish(result, terminal, &what, shown, start)
}

pub(super) fn merge(arguments: &MergeArguments) -> Result<(), Exit> {
    let start = Instant::now();
    let terminal = Terminal::of(&arguments.common);
    let (target, terminal, config) = place(arguments, terminal)?;
    let target = target.removing_at_most(arguments.max_removed);
    let mut report = Report::new();
    let merge = Merge::of(&arguments.shards, &mut report);
    let merge = merge.ok_or_else(|| unpublished(&report, terminal))?;
    let bar = terminal.progress(merge.file_count(), "merging");
    let result = merge.publish(config.as_ref(), &target, &|step| show(&bar, step));
    bar.finish_and_clear();
    let shards = merge.shard_count();
    let what = format!("merged {}:", text::count(shards, "shard"));
    finish(result, terminal, &what, json!({"shards": shards}), start)
}

/// Lists what differs from a site that was published before. Nothing is written, and nothing of the
/// input is read.
pub(super) fn changes(arguments: &ChangesArguments) -> Result<(), Exit> {
    let terminal = Terminal::of(&arguments.common);
    let output = match &arguments.out {
        Some(output) => output.clone(),
        None => root_of(&arguments.common, terminal)?.join("public"),
    };
    let changes = Changes::since(&arguments.since, &output).map_err(|fault| {
        let mut report = Report::new();
        report.push(*fault);
        faults(&report, terminal, "nothing was compared")
    })?;
    let Changes { new, changed, removed } = &changes;
    let lists = [("+", new), ("~", changed), ("-", removed)];
    let line = |(sign, path): (&str, &String)| format!("{sign} {path}\n");
    let lines = lists.into_iter().flat_map(|(sign, paths)| paths.iter().map(move |it| (sign, it)));
    terminal.list(&lines.map(line).collect::<String>());
    let result = json!({"new": new, "changed": changed, "removed": removed});
    terminal.report(&Report::new(), &result);
    terminal.close(&format!(
        "{} new, {} changed, {} removed",
        text::number(new.len()),
        text::number(changed.len()),
        text::number(removed.len()),
    ));
    Ok(())
}

fn show(bar: &ProgressBar, step: Step) {
    match step {
        Step::Done(count) => bar.inc(count as u64),
        Step::Now(what) => bar.set_message(what),
    }
}

/// Tells of faults that kept the command from publishing what it was asked for.
fn unpublished(report: &Report, terminal: Terminal) -> Exit {
    faults(report, terminal, terminal.nothing_published())
}

/// Where shards are merged to, and the settings of the site if there is one. Shards can be merged
/// on a machine that has no site, if it is said where to.
fn place(
    arguments: &MergeArguments,
    terminal: Terminal,
) -> Result<(Target, Terminal, Option<Config>), Exit> {
    if arguments.common.root.is_none() && nearest_site().is_none() {
        let Some(output) = &arguments.out else {
            let problem = format!("{NO_SITE}; `--out DIR` says where to merge to");
            return Err(Exit::Usage.saying(terminal, &problem));
        };
        let (target, terminal) = target(Some(output), Path::new(""), terminal)?;
        return Ok((target, terminal, None));
    }
    let root = root_of(&arguments.common, terminal)?;
    let (target, terminal) = target(arguments.out.as_deref(), &root, terminal)?;
    let (config, report) = config::read(&root, overrides_of(&arguments.common));
    // The catalogue may be only where the shards are built.
    let report = report.without(Code::NotFound);
    match config {
        Some(config) if report.is_empty() => Ok((target, terminal, Some(config))),
        _ => Err(unpublished(&report, terminal)),
    }
}

/// The output folder, after what a killed build has left there has been finished or undone: this
/// comes before the input is read, whose faults must not keep a half-changed site half-changed. Nor
/// need anything be read while another build is at work there. The terminal tells what was finished.
fn target(out: Option<&Path>, root: &Path, terminal: Terminal) -> Result<(Target, Terminal), Exit> {
    let output = out.map_or_else(|| root.join("public"), PathBuf::from);
    let home = std::env::var_os("HOME").filter(|home| !home.is_empty()).map(PathBuf::from);
    let current = std::env::current_dir().ok();
    let recovered = Target::new(&output, UserFolders { home, current })
        .and_then(|target| build::recover(&target).map(|has_finished| (target, has_finished)));
    let (target, has_finished) = recovered.map_err(|error| Exit::Disk.saying(terminal, &error))?;
    Ok((target, if has_finished { terminal.after_finishing() } else { terminal }))
}

/// Says what was published, or why nothing was.
fn finish(
    result: Result<Summary, BuildError>,
    terminal: Terminal,
    what: &str,
    mut shown: Value,
    start: Instant,
) -> Result<(), Exit> {
    let summary = result.map_err(|error| match error {
        BuildError::Faults(report) => unpublished(&report, terminal),
        BuildError::Output(error) => Exit::Disk.saying(terminal, &error),
    })?;
    let done = &summary.published;
    let of_all = json!({
        "pages": summary.pages, "files": done.files, "bytes": done.bytes, "changed": done.changed,
        "unchanged": done.unchanged, "removed": done.removed, "seconds": start.elapsed().as_secs_f64(),
    });
    if let (Value::Object(shown), Value::Object(of_all)) = (&mut shown, of_all) {
        shown.extend(of_all);
    }
    terminal.report(&Report::new(), &shown);
    terminal.close(&format!(
        "{what} {}, {}, {}: {} changed, {} unchanged, {} removed, in {}",
        text::count(summary.pages, "page"),
        text::count(done.files, "file"),
        size(done.bytes),
        text::number(done.changed),
        text::number(done.unchanged),
        text::number(done.removed),
        seconds(start.elapsed()),
    ));
    Ok(())
}
