//! Owns what can be typed: the commands, their options, and the help texts.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::config;
use crate::site::Shard;

/// Turns a classified catalogue of MCP tools into a static site of policy pages.
#[derive(Debug, Parser)]
#[command(name = "policypress", version, max_term_width = 100, arg_required_else_help = true)]
#[command(
    after_help = "Exit codes: 0 done, 1 faults in the input (nothing published) or findings that `check` fails for, 2 wrong usage, 3 could not read or write, 130 or 143 ended by a signal."
)]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub command: Command,
}

#[derive(Debug, Subcommand)]
pub(super) enum Command {
    /// Writes a new site that builds at once: settings, a small catalogue, empty folders
    Init(InitArguments),
    /// Builds the site into its output folder, or brings the site there up to date
    Build(BuildArguments),
    /// Puts the shards of a site together that `build --shard` wrote on several machines
    Merge(MergeArguments),
    /// Lists the files in which the built site differs from one that was uploaded before, in the
    /// order in which to upload them: new ones (+), other ones (~), removed ones (-)
    Changes(ChangesArguments),
    /// Shows the site in a browser of this machine and follows every change, without writing it
    Serve(ServeArguments),
    /// Reports every fault of the input, every broken link of the site and what the rules find in the
    /// catalogue, and writes nothing; `--format sarif` is for code hosts
    Check(CheckArguments),
}

#[derive(Debug, Args)]
pub(super) struct InitArguments {
    /// The folder of the new site: absent or empty
    pub dir: PathBuf,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub(super) struct BuildArguments {
    /// The output folder [default: public/ in the site]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Builds one of N shards of the site only, such as 3/8; `policypress merge` makes them whole
    #[arg(long, value_name = "I/N", allow_hyphen_values = true)]
    pub shard: Option<Shard>,
    /// Publishes nothing if more than N files of the site that stands there would be removed, as they
    /// would with a catalogue that arrived cut short
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = most_removed)]
    pub max_removed: Option<usize>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub(super) struct MergeArguments {
    /// The folders of all shards, in any order
    #[arg(required = true, value_name = "SHARD")]
    pub shards: Vec<PathBuf>,
    /// The output folder [default: public/ in the site]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    /// Publishes nothing if more than N files of the site that stands there would be removed
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = most_removed)]
    pub max_removed: Option<usize>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ChangesArguments {
    /// The `.policypress-manifest` that was in the folder when it was uploaded; an empty file if
    /// nothing was uploaded yet
    #[arg(value_name = "MANIFEST")]
    pub since: PathBuf,
    /// The output folder [default: public/ in the site]
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[command(flatten)]
    pub common: Common,
}

#[derive(Debug, Args)]
pub(super) struct ServeArguments {
    /// The address to listen on; any other than a loopback one shows the site to the network
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1", value_parser = address)]
    pub host: IpAddr,
    /// The port to listen on; 0 takes a free one
    #[arg(long, value_name = "N", allow_hyphen_values = true, default_value_t = 4000, value_parser = port)]
    pub port: u16,
    /// A further host name to answer to, such as that of a proxy; may be repeated
    #[arg(long, value_name = "NAME", value_parser = host)]
    pub allow_host: Vec<String>,
    /// Opens the site in the browser
    #[arg(long)]
    pub open: bool,
    /// Reads all files in intervals, for file systems that do not tell of changes
    #[arg(long)]
    pub poll: bool,
    #[command(flatten)]
    pub common: Common,
}

fn most_removed(text: &str) -> Result<usize, String> {
    text.parse().map_err(|_| "write a number of files, such as 1000".to_owned())
}

fn address(text: &str) -> Result<IpAddr, String> {
    if text.eq_ignore_ascii_case("localhost") {
        return Ok(IpAddr::from([127, 0, 0, 1]));
    }
    let bare = text.strip_prefix('[').and_then(|text| text.strip_suffix(']')).unwrap_or(text);
    bare.parse().map_err(|_| "write an IP address such as 127.0.0.1, ::1 or 0.0.0.0".to_owned())
}

fn port(text: &str) -> Result<u16, String> {
    text.parse().map_err(|_| format!("write a number from 0 to {}", u16::MAX))
}

fn base_url(text: &str) -> Result<String, String> {
    config::is_base_url(text).then(|| text.to_owned()).ok_or_else(|| config::BASE_URL.to_owned())
}

fn host(text: &str) -> Result<String, String> {
    let message =
        "write the name alone, without a scheme, a port or a path, such as mcp.example.org";
    config::is_host(text).then(|| text.to_owned()).ok_or_else(|| message.to_owned())
}

/// More threads than this only wait for each other, and each takes memory.
const MOST_JOBS: usize = 1024;

fn jobs(text: &str) -> Result<NonZeroUsize, String> {
    let number = text.parse().ok().filter(|number: &NonZeroUsize| number.get() <= MOST_JOBS);
    number.ok_or_else(|| format!("write a number from 1 to {MOST_JOBS}"))
}

#[derive(Debug, Args)]
pub(super) struct CheckArguments {
    #[command(flatten)]
    pub common: Common,
}

/// The options of all commands.
#[derive(Debug, Args)]
pub(super) struct Common {
    /// The folder of the site [default: the nearest folder upwards with a site.toml]
    #[arg(long, value_name = "DIR")]
    pub root: Option<PathBuf>,
    /// A folder of server records, a .jsonl file or a file with one record, instead of those of
    /// site.toml; may be repeated
    #[arg(long, value_name = "PATH")]
    pub catalogue: Vec<PathBuf>,
    /// Where the site will be published, instead of the setting in site.toml
    #[arg(long, value_name = "URL", value_parser = base_url)]
    pub base_url: Option<String>,
    /// How many threads work, 1024 at most [default: two for each processor, in `serve` one]
    #[arg(long, value_name = "N", allow_hyphen_values = true, value_parser = jobs)]
    pub jobs: Option<NonZeroUsize>,
    /// How results are reported: for people, or as one JSON document on standard output
    #[arg(long, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// Prints faults only, and findings that `check` fails for
    #[arg(short, long, conflicts_with = "verbose")]
    pub quiet: bool,
    /// Prints every fault and finding, however many there are
    #[arg(short, long)]
    pub verbose: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// One JSON document on standard output
    Json,
    /// One SARIF 2.1.0 document on standard output, by `check` only
    Sarif,
}
