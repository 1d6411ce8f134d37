//! The preview, asked over real sockets as a browser, a script and an attacker would.

mod addresses;
mod changes;
mod hostile;
mod process;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

/// Nothing here takes that long; a test that waits for ever would say nothing.
const PATIENCE: Duration = Duration::from_secs(20);

/// A running preview. It ends with the test.
struct Preview {
    child: Child,
    port: u16,
}

impl Preview {
    fn of(site: &Path, arguments: &[&str]) -> Preview {
        Preview::with(site, arguments, &[])
    }

    fn with(site: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Preview {
        let child = Command::new(env!("CARGO_BIN_EXE_policypress"))
            .args(["serve", "--port", "0", "--format", "json"])
            .args(arguments)
            .current_dir(site)
            .envs(variables.iter().copied())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        Preview::started(child)
    }

    /// Waits until it says where it listens.
    fn started(mut child: Child) -> Preview {
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
        let said: Value = serde_json::from_str(&line).unwrap_or_default();
        let port = said["result"]["port"].as_u64().unwrap_or_else(|| panic!("{line}"));
        Preview { child, port: u16::try_from(port).unwrap() }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(("127.0.0.1", self.port)).unwrap();
        stream.set_read_timeout(Some(PATIENCE)).unwrap();
        stream
    }

    /// Sends bytes and takes everything that comes back.
    fn send(&self, request: &[u8]) -> Answer {
        let mut stream = self.connect();
        // The other side may hang up before it has read all.
        let _ = stream.write_all(request);
        let (mut bytes, mut part) = (Vec::new(), [0; 4096]);
        let start = Instant::now();
        while let Ok(length @ 1..) = stream.read(&mut part) {
            bytes.extend_from_slice(&part[..length]);
            assert!(start.elapsed() < PATIENCE, "the answer has no end");
        }
        Answer::of(&bytes)
    }

    fn request(&self, method: &str, target: &str, headers: &[(&str, &str)]) -> Answer {
        let host = format!("127.0.0.1:{}", self.port);
        let host = Some(("Host", host.as_str()))
            .filter(|_| !headers.iter().any(|(name, _)| *name == "Host"));
        let mut lines = vec![format!("{method} {target} HTTP/1.1"), "Connection: close".to_owned()];
        let all = headers.iter().copied().chain(host);
        lines.extend(all.map(|(name, value)| format!("{name}: {value}")));
        self.send(format!("{}\r\n\r\n", lines.join("\r\n")).as_bytes())
    }

    fn get(&self, target: &str) -> Answer {
        self.request("GET", target, &[])
    }

    /// The text of a page that is there.
    fn page(&self, target: &str) -> String {
        let answer = self.get(target);
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.text()
    }

    /// Listens to what open pages are told.
    fn listen(&self, page: &str) -> Listener {
        let mut stream = self.connect();
        let head = format!(
            "GET /__policypress/events?page={page} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\n\r\n",
            self.port
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut listener = Listener { lines: BufReader::new(stream) };
        listener.next().expect("the first state");
        listener
    }

    /// Ends it with a signal and answers the exit code and what it said.
    fn end(mut self, signal: &str) -> (i32, String) {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args([signal, &id]).status().unwrap().success());
        let status = self.child.wait().unwrap();
        let mut said = String::new();
        self.child.stderr.take().unwrap().read_to_string(&mut said).unwrap();
        (status.code().unwrap_or(-1), said)
    }
}

impl Drop for Preview {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What an open page hears.
struct Listener {
    lines: BufReader<TcpStream>,
}

impl Listener {
    /// The next state, or nothing if there is none for the time that the socket waits.
    fn next(&mut self) -> Option<Value> {
        loop {
            let mut line = String::new();
            if self.lines.read_line(&mut line).ok()? == 0 {
                return None;
            }
            if let Some(data) = line.strip_prefix("data: ") {
                return Some(serde_json::from_str(data).unwrap());
            }
        }
    }

    /// Whether nothing comes for a while.
    fn is_quiet(&mut self, time: Duration) -> bool {
        self.lines.get_ref().set_read_timeout(Some(time)).unwrap();
        let state = self.next();
        self.lines.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        state.is_none()
    }

    /// All states until nothing has come for a while.
    fn until_quiet(&mut self, quiet: Duration) -> Vec<Value> {
        let mut states: Vec<Value> = self.next().into_iter().collect();
        self.lines.get_ref().set_read_timeout(Some(quiet)).unwrap();
        while let Some(state) = self.next() {
            states.push(state);
        }
        self.lines.get_ref().set_read_timeout(Some(PATIENCE)).unwrap();
        states
    }
}

/// What a client got.
#[derive(Debug)]
struct Answer {
    /// 0: no answer at all.
    status: u16,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Answer {
    fn of(bytes: &[u8]) -> Answer {
        let end = bytes.windows(4).position(|part| part == b"\r\n\r\n").unwrap_or(bytes.len());
        let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
        let mut lines = head.split("\r\n");
        let status = lines.next().and_then(|line| line.split(' ').nth(1)?.parse().ok());
        let headers = lines.filter_map(|line| line.split_once(": "));
        Answer {
            status: status.unwrap_or(0),
            headers: headers.map(|(name, value)| (name.to_lowercase(), value.to_owned())).collect(),
            body: bytes.get(end + 4..).unwrap_or_default().to_vec(),
        }
    }

    fn header(&self, name: &str) -> &str {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map_or("", |(_, value)| value.as_str())
    }

    fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// A page without the script that the preview adds.
fn as_published(page: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(page);
    // It is the last script of the page.
    match text.rsplit_once("<script src=\"") {
        Some((before, script)) if script.contains("/__policypress/live.js") => {
            let (_, after) = script.split_once("</script>").unwrap();
            [before, after].concat().into_bytes()
        }
        _ => page.to_vec(),
    }
}
