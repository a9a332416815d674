//! What the integration tests share: the built program, and the rows of a run.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used)]

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::OnceLock;

use undertone::tables::{RunReader, Table};

/// The program, ready to be given arguments.
pub fn undertone() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_undertone"));
    command.current_dir(env!("CARGO_MANIFEST_DIR"));
    command.env_remove("NO_COLOR");
    command
}

pub struct Ran {
    pub code: i32,
    pub stdout: String,
    pub stderr: String,
}

pub fn run(command: &mut Command) -> Ran {
    ran(command.stdin(Stdio::null()).output().expect("the program starts"))
}

pub fn run_with_input(command: &mut Command, input: &[u8]) -> Ran {
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let mut stdin = child.stdin.take().expect("a pipe");
    let input = input.to_vec();
    let writer = std::thread::spawn(move || {
        let _ = stdin.write_all(&input);
    });
    let output = child.wait_with_output().expect("the program ends");
    writer.join().expect("the writer ends");
    ran(output)
}

fn ran(output: Output) -> Ran {
    Ran {
        code: output.status.code().expect("no signal"),
        stdout: String::from_utf8(output.stdout).expect("UTF-8 on stdout"),
        stderr: String::from_utf8(output.stderr).expect("UTF-8 on stderr"),
    }
}

/// `undertone score INPUTS --out OUT --quiet`.
pub fn score(inputs: &[&Path], out: &Path) -> Ran {
    let mut command = undertone();
    command.arg("score").args(inputs).arg("--out").arg(out).arg("--quiet");
    command.args(["--replicates", "200"]);
    run(&mut command)
}

/// A file of JSON lines.
pub fn records(folder: &Path, name: &str, records: &[serde_json::Value]) -> PathBuf {
    let path = folder.join(name);
    let lines: String = records.iter().map(|r| format!("{r}\n")).collect();
    std::fs::write(&path, lines).expect("a writable folder");
    path
}

pub fn rows<T: Table>(run: &Path) -> Vec<T> {
    RunReader::open(run).expect("a run").read().expect("a table")
}

/// One run of examples/harbour for all tests of a file.
pub fn harbour() -> &'static Path {
    static RUN: OnceLock<PathBuf> = OnceLock::new();
    RUN.get_or_init(|| {
        let folder = tempfile::tempdir().expect("a temporary folder").keep();
        let out = folder.join("run");
        let ran = score(&[Path::new("examples/harbour")], &out);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        out
    })
}
