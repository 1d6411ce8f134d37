//! Owns site.toml as it is written: every setting read on its own, so that one fault does not hide
//! the next, and the place of each fault.

use std::collections::BTreeMap;
use std::path::Path;

use serde::Deserialize;
use toml::Spanned;
use toml::de::{DeTable, DeValue, ValueDeserializer};

use super::{CallToAction, Contact, Gateway, Link, UrlStyle};
use crate::diag::{self, Code, Diagnostic, Place, Places, Report};
use crate::disk::{self, Kind};
use crate::text;

macro_rules! settings {
    ($($name:ident $written:literal: $Value:ty,)*) => {
        /// The settings as they are written, without any default.
        #[derive(Debug, Default)]
        pub(super) struct Settings {
            $(pub $name: Option<$Value>,)*
        }

        /// The names of all settings, as site.toml writes them.
        pub const SETTINGS: &[&str] = &[$($written,)*];

        impl Settings {
            /// Takes the value of a setting of this name; `false` if there is none.
            fn take(
                &mut self,
                name: &str,
                value: Spanned<DeValue<'_>>,
                faults: &mut Faults<'_>,
            ) -> bool {
                match name {
                    $(stringify!($name) => self.$name = take(name, value, faults),)*
                    _ => return false,
                }
                true
            }
        }
    };
}

settings! {
    title "title": String,
    base_url "base_url": String,
    description "description": String,
    language "language": String,
    url_style "url_style": UrlStyle,
    minify "minify": bool,
    search_files "search_files": i64,
    catalogue "catalogue": Vec<String>,
    report_url "report_url": String,
    link_schemes "link_schemes": Vec<String>,
    gateway "[gateway]": Gateway,
    links "[[links]]": Vec<Link>,
    call_to_action "[call_to_action]": CallToAction,
    contact "[contact]": Contact,
    checks "[checks]": BTreeMap<String, String>,
}

impl Settings {
    /// The addresses besides those of the links, each with its field.
    pub(super) fn addresses(&self) -> Vec<(&'static str, &str)> {
        let call = self.call_to_action.as_ref().map(|call| call.link.url.as_str());
        let form = self.contact.as_ref().map(|form| form.endpoint.as_str());
        let gateway = self.gateway.as_ref().map(|gateway| gateway.url.as_str());
        [
            ("gateway.url", gateway),
            ("call_to_action.link.url", call),
            ("contact.endpoint", form),
            ("report_url", self.report_url.as_deref()),
        ]
        .into_iter()
        .filter_map(|(field, address)| Some((field, address?)))
        .collect()
    }
}

/// Where faults of site.toml go, and what they need to know their places.
pub(super) struct Faults<'run> {
    pub text: &'run str,
    pub report: &'run mut Report,
    /// The settings with their places, as far as they can be read.
    settings: DeValue<'run>,
    places: Places<'run>,
}

impl<'run> Faults<'run> {
    /// Faults of a file of this name and text.
    pub(crate) fn of(name: &'run str, text: &'run str, report: &'run mut Report) -> Faults<'run> {
        let settings = DeValue::Table(DeTable::parse_recoverable(text).0.into_inner());
        Faults { text, report, settings, places: Places::of(name, text) }
    }

    /// A fault of a setting, at its value, or at its name if the value is empty.
    pub(crate) fn setting(&mut self, field: &str, value: &str, message: String, hint: &str) {
        let place = self.place_of(field, value);
        self.report.push(Diagnostic::error(Code::BadSetting, place, message, hint).in_field(field));
    }

    /// Where a setting such as `links[1].url` stands, or of a list the item with this value.
    pub(crate) fn place_of(&mut self, field: &str, value: &str) -> Place {
        self.place(self.offset(field, value))
    }

    fn offset(&self, field: &str, value: &str) -> usize {
        let (mut found, mut name, mut start) = (&self.settings, 0, 0);
        for step in field.split(['.', '[']) {
            let inside = match step.strip_suffix(']') {
                Some(number) => number.parse::<usize>().ok().and_then(|at| found.get(at)),
                None => found.as_table().and_then(|table| table.get_key_value(step)).map(
                    |(key, inside)| {
                        name = key.span().start;
                        inside
                    },
                ),
            };
            let Some(inside) = inside else { break };
            (found, start) = (inside.get_ref(), inside.span().start);
        }
        if value.is_empty() {
            return name;
        }
        let items = found.as_array().into_iter().flat_map(|items| items.iter());
        let item = items.into_iter().find(|item| item.get_ref().as_str() == Some(value));
        item.map_or(start, |item| item.span().start)
    }

    /// The place of a byte offset.
    pub(crate) fn place(&mut self, offset: usize) -> Place {
        self.places.at(offset)
    }
}

/// The bytes of the settings, or what is wrong and what to do. Nobody waits for those of a pipe.
pub(super) fn bytes_of(path: &Path) -> Result<Vec<u8>, (String, &'static str)> {
    const READABLE: &str = "make it a file that can be read";
    match disk::end(path) {
        Ok(Kind::Other) => {
            return Err(("this is a pipe, a socket or a device".to_owned(), READABLE));
        }
        Ok(Kind::Absent) => {
            let hint = "every site has a `site.toml`; `policypress init DIR` makes one";
            return Err(("there is no such file".to_owned(), hint));
        }
        _ => {}
    }
    disk::read(path)
        .map_err(|error| (error.to_string(), error.hint_about_machine().unwrap_or(READABLE)))
}

/// Reads the settings. `None`: the file is not TOML.
pub(super) fn read(faults: &mut Faults<'_>, has_base_url: bool) -> Option<Settings> {
    let (table, errors) = DeTable::parse_recoverable(faults.text);
    for error in &errors {
        let span = error.span().unwrap_or_default();
        let place = faults.place(span.start);
        let (message, hint) = match (error.message(), faults.text.get(span)) {
            ("duplicate key", Some(key)) => {
                (format!("`{}` is given twice", text::visible(key)), "keep one of the two")
            }
            (message, _) => (
                text::visible(message),
                "a setting is written `name = value`, and a text stands in double quotes",
            ),
        };
        faults.report.push(Diagnostic::error(Code::InvalidToml, place, message, hint));
    }
    if !errors.is_empty() {
        return None;
    }
    let table = table.into_inner();
    check_needed(&table, has_base_url, faults);
    let mut settings = Settings::default();
    for (key, value) in table {
        let name: &str = key.get_ref();
        if !settings.take(name, value, faults) {
            let unknown = text::visible(name);
            let message = format!("there is no setting `{unknown}`");
            let place = faults.place(key.span().start);
            let fault = Diagnostic::error(Code::BadSetting, place, message, known_settings());
            faults.report.push(fault.in_field(&unknown));
        }
    }
    Some(settings)
}

fn check_needed(table: &DeTable<'_>, has_base_url: bool, faults: &mut Faults<'_>) {
    for (name, example, is_needed) in [
        ("title", "title = \"Policies for MCP tools\"", true),
        ("base_url", "base_url = \"https://example.org/\"", !has_base_url),
    ] {
        if is_needed && !table.contains_key(name) {
            let message = format!("the setting `{name}` is missing");
            let hint = format!("add a line `{example}`");
            let fault = Diagnostic::error(Code::BadSetting, faults.place(0), message, hint);
            faults.report.push(fault.in_field(name));
        }
    }
}

/// What to do about a name that means nothing.
fn known_settings() -> String {
    let names: Vec<String> = SETTINGS.iter().map(|name| format!("`{name}`")).collect();
    format!("the settings are {}", names.join(", "))
}

/// What to do about a name that means nothing in a table, if it is that of a setting outside of it.
pub(super) fn misplaced(name: &str) -> Option<String> {
    SETTINGS.contains(&name).then(|| {
        format!(
            "`{name}` is a setting of the site: move it above the first line that begins with `[`"
        )
    })
}

/// The value of one setting.
fn take<'text, Value: Deserialize<'text>>(
    field: &str,
    value: Spanned<DeValue<'text>>,
    faults: &mut Faults<'_>,
) -> Option<Value> {
    let start = value.span().start;
    match Value::deserialize(ValueDeserializer::from(value)) {
        Ok(value) => Some(value),
        Err(error) => {
            let at = error.span().map_or(start, |span| span.start);
            let place = faults.place(at);
            let said = error.message();
            let written = faults.text.get(at..).unwrap_or_default();
            let message = text::visible(&diag::in_words_of_toml(said, written));
            let name = said.strip_prefix("unknown field `").and_then(|rest| rest.split('`').next());
            let hint = name.and_then(misplaced).unwrap_or_else(|| {
                "the README of policypress shows each setting with its values".to_owned()
            });
            let fault = Diagnostic::error(Code::BadSetting, place, message, hint);
            faults.report.push(fault.in_field(field));
            None
        }
    }
}
