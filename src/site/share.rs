//! Owns the shares: which routes each of several machines makes that build one site together.

use std::fmt;
use std::ops::Range;
use std::str::FromStr;

use super::{Route, ServerId, Site};

/// What the pages and documents of a server weigh, beside the pages of its tools, which weigh 1 each.
const SERVER: usize = 1;
/// How many tools add 1 to the weight of the common work: of the listings, the sitemaps, and above
/// all the search index. Weights need not be right, but the same on all machines.
const TOOLS_IN_COMMON: usize = 8;

/// One of several shares, as it is typed: `3/8`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shard {
    number: usize,
    of: usize,
}

impl Shard {
    /// The most shares that a site can have.
    pub const MOST: usize = 1_000;

    /// Which share it is, from 1.
    pub fn number(self) -> usize {
        self.number
    }

    /// How many shares there are.
    pub fn of(self) -> usize {
        self.of
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}/{}", self.number, self.of)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Shard, String> {
        let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
        let number = |part: &str| part.parse::<usize>().ok().filter(|_| digits(part));
        let parts = text.split_once('/').and_then(|(one, all)| Some((number(one)?, number(all)?)));
        let (number, of) = parts.ok_or("write which shard of how many, such as 3/8")?;
        match (number, of) {
            (_, of) if !(1..=Shard::MOST).contains(&of) => {
                Err(format!("there can be 1 to {} shards", Shard::MOST))
            }
            (0, of) => Err(format!("shards are counted from 1: the first is 1/{of}")),
            (number, of) if of < number => Err(format!("the last shard is {of}/{of}")),
            (number, of) => Ok(Shard { number, of }),
        }
    }
}

/// The routes that one build makes: those of some servers, which stand side by side in the plan,
/// and perhaps those that belong to no server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Share {
    has_common: bool,
    servers: Range<usize>,
}

impl Share {
    /// Whether the common routes are in it, and the search index with them.
    pub fn has_common(&self) -> bool {
        self.has_common
    }

    /// The routes in it that belong to no single server.
    pub fn common_routes(&self, site: &Site) -> Vec<Route> {
        if self.has_common { site.common_routes() } else { Vec::new() }
    }

    /// Whether a server is in it.
    pub fn has(&self, id: ServerId) -> bool {
        self.servers.contains(&id.index())
    }

    /// The servers in it, in the order of the plan.
    pub fn servers(&self) -> impl ExactSizeIterator<Item = ServerId> + use<> {
        self.servers.clone().map(ServerId::from_index)
    }

    /// How many routes it has.
    pub fn route_count(&self, site: &Site) -> usize {
        let of_server = |id| Route::OF_SERVER + site.tools_of(id).len();
        self.common_routes(site).len() + self.servers().map(of_server).sum::<usize>()
    }

    /// How many of them are HTML pages.
    pub fn page_count(&self, site: &Site) -> usize {
        let common = self.common_routes(site).iter().filter(|route| route.is_html()).count();
        let of_server = |id| Route::PAGES_OF_SERVER + site.tools_of(id).len();
        common + self.servers().map(of_server).sum::<usize>()
    }
}

impl Site {
    /// The share of one of several machines; without others all of the site. The shares of the
    /// same site are the same on every machine, and each route is in exactly one of them.
    pub fn share(&self, shard: Option<Shard>) -> Share {
        let weights: Vec<usize> =
            self.servers().map(|id| SERVER + self.tools_of(id).len()).collect();
        let Some(Shard { number, of }) = shard else {
            return Share { has_common: true, servers: 0..weights.len() };
        };
        let common = self.common_routes().len() + self.tool_count() / TOOLS_IN_COMMON;
        let servers = cut(common, &weights, of, number - 1);
        Share { has_common: number == 1, servers }
    }
}

/// Cuts a row of weights into shares and answers the range of one of them. The first share carries
/// the common weight and, unless that is an even share already, the first of the row. No share is
/// heavier than an even one by more than the heaviest of the row, but for the common weight alone.
pub fn cut(common: usize, weights: &[usize], shares: usize, share: usize) -> Range<usize> {
    let sum: usize = weights.iter().sum();
    let is_full = 1 < shares && common + sum <= common * shares;
    let (mut before, first) = if is_full { (0, 1) } else { (common, 0) };
    let (total, shares) = (before + sum, shares - first);
    // Each weight goes where its middle lies.
    let places = weights.iter().map(|weight| {
        let middle = before + weight / 2;
        before += weight;
        first + middle * shares / total.max(1)
    });
    let (mut start, mut end) = (0, 0);
    for place in places {
        start += usize::from(place < share);
        end += usize::from(place <= share);
    }
    start..end
}

#[cfg(test)]
mod tests {
    use super::Shard;

    #[test]
    fn a_shard_is_one_of_several() {
        for good in ["1/1", "1/8", "8/8", "1000/1000"] {
            assert_eq!(good.parse::<Shard>().map(|shard| shard.to_string()), Ok(good.to_owned()));
        }
        assert_eq!("03/08".parse::<Shard>(), "3/8".parse());
        let bad =
            ["", "x", "3", "/", "3/", "/8", "+3/8", "-1/8", "3/8/9", " 3/8", "3.0/8", "3 / 8"];
        for text in bad {
            let reason = text.parse::<Shard>().unwrap_err();
            assert!(reason.contains("such as 3/8"), "{text}: {reason}");
        }
        let reasons = [("0/8", "from 1"), ("9/8", "8/8"), ("3/0", "1 to"), ("1/1001", "1 to")];
        for (text, part) in reasons {
            let reason = text.parse::<Shard>().unwrap_err();
            assert!(reason.contains(part), "{text}: {reason}");
        }
    }
}
