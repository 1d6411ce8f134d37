//! Owns the types of a parameter table: what a schema says of the arguments of a tool.

/// How much of a parameter's description is shown, in characters.
pub(super) const LONGEST_DESCRIPTION: usize = 600;

/// The parameters of a tool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Parameters {
    /// What the schema says of which there are.
    pub names: Names,
    /// How many there are at the top.
    pub total: usize,
    /// How many of them must be given in every call.
    pub required: usize,
    /// Whether the schema has conditions of its own on which of them must be given together.
    pub has_conditions: bool,
    /// Whether parts of the schema can have further parameters.
    pub has_parts: bool,
    /// One row each, nested ones after the one that holds them.
    pub rows: Vec<Parameter>,
    /// Whether there are more rows than the table shows.
    pub is_cut: bool,
}

/// What a schema says of the names of its parameters.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Names {
    /// Nothing.
    #[default]
    Open,
    /// They follow a pattern.
    Patterned,
    /// It lists them, or allows none.
    Listed,
}

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parameter {
    /// The path of the parameter, such as `filter.labels[].name`.
    pub path: String,
    /// The last part of the path.
    pub name: String,
    /// How many objects it lies in.
    pub depth: usize,
    /// Its type in words, such as "list of strings".
    pub kind: String,
    /// Whether the object that holds it must have it.
    pub required: bool,
    /// The value that counts when it is left out, as JSON.
    pub default: Option<String>,
    /// The allowed values, as JSON.
    pub allowed: Vec<String>,
    /// Whether there are more allowed values.
    pub allowed_is_cut: bool,
    /// Between which bounds it lies, each in words, such as "from 1 to 10".
    pub limits: Vec<String>,
    /// The regular expressions that it matches.
    pub patterns: Vec<String>,
    /// What it is for, in the server's words, on one line, or as a list with a line for each item.
    pub description: Option<String>,
}
