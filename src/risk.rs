//! Owns the five tool categories and the four risk levels, and which level a category stands for.

use serde::{Deserialize, Serialize};

/// What a call of a tool does to the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Category {
    /// Retrieves, and is not expected to change anything.
    Read,
    /// Creates or updates data.
    Write,
    /// Starts an action whose effects reach beyond a record.
    Execute,
    /// Deletes or overwrites for good.
    Destructive,
    /// Moves money or commits to spending.
    Financial,
}

impl Category {
    /// All categories, mildest first.
    pub const ALL: [Category; 5] = [
        Category::Read,
        Category::Write,
        Category::Execute,
        Category::Destructive,
        Category::Financial,
    ];

    /// The lower-case name, as in records and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Category::Read => "read",
            Category::Write => "write",
            Category::Execute => "execute",
            Category::Destructive => "destructive",
            Category::Financial => "financial",
        }
    }

    /// The category of a name, in any case.
    pub fn parse(name: &str) -> Option<Category> {
        Category::ALL.into_iter().find(|category| category.name().eq_ignore_ascii_case(name))
    }

    /// The risk level of a tool of this category when its record names none.
    pub fn default_risk(self) -> Risk {
        match self {
            Category::Read => Risk::Low,
            Category::Write => Risk::Medium,
            Category::Execute => Risk::High,
            Category::Destructive | Category::Financial => Risk::Critical,
        }
    }

    /// Position in [`Category::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}

/// How much harm a careless or hijacked call can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Risk {
    /// Little, and nothing changes.
    Low,
    /// Data changes, and can be changed back.
    Medium,
    /// Effects reach beyond the data.
    High,
    /// What is lost stays lost.
    Critical,
}

impl Risk {
    /// All levels, lowest first.
    pub const ALL: [Risk; 4] = [Risk::Low, Risk::Medium, Risk::High, Risk::Critical];

    /// The lower-case name, as in records and addresses.
    pub fn name(self) -> &'static str {
        match self {
            Risk::Low => "low",
            Risk::Medium => "medium",
            Risk::High => "high",
            Risk::Critical => "critical",
        }
    }

    /// The level of a name, in any case.
    pub fn parse(name: &str) -> Option<Risk> {
        Risk::ALL.into_iter().find(|risk| risk.name().eq_ignore_ascii_case(name))
    }

    /// Position in [`Risk::ALL`].
    pub fn index(self) -> usize {
        self as usize
    }
}
