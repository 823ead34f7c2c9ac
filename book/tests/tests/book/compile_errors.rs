//! The compiler's words on the page about them, compared with what the compiler says.
//!
//! Every line of a text block must be in the output for the Rust block before it. The compiler is run by itself on the
//! library that was built for this test, so that nothing is built twice.

use crate::page::{Block, Page};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::SystemTime;

#[test]
fn the_compiler_says_what_the_page_says() {
    let page = Page::read("compile-errors.md");
    let blocks: Vec<Block> = page.blocks().collect();
    let folder =
        std::env::temp_dir().join(format!("toasty-book-compile-errors-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder for the compiler");
    let library = library(&folder, blocks.first().expect("the model that is right"));
    let mut checked = 0;
    for pair in blocks.windows(2) {
        let [code, said] = pair else { continue };
        if code.info != "rust,compile_fail" {
            continue;
        }
        assert_eq!(
            said.info, "text",
            "compile-errors.md:{}: say what the compiler says",
            code.line
        );
        let output =
            compile(&folder, &library, code).expect_err("the example of an error compiles");
        for line in said
            .text
            .lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
        {
            assert!(
                output.contains(line),
                "compile-errors.md:{}: the compiler does not say\n{line}\nbut\n{output}",
                said.line
            );
        }
        checked += 1;
    }
    assert!(checked > 5);
    let _ = fs::remove_dir_all(folder);
}

/// The library beside this test; the newest that a right example compiles with, since older builds may lie there too.
fn library(folder: &Path, right: &Block) -> PathBuf {
    let beside = std::env::current_exe().expect("the path of this test");
    let beside = beside.parent().expect("its folder");
    let mut found: Vec<(SystemTime, PathBuf)> = fs::read_dir(beside)
        .expect("the folder of what was built")
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let name = entry.file_name().to_string_lossy().into_owned();
            let is_library = name.starts_with("libtoasty-") && name.ends_with(".rlib");
            is_library.then_some((entry.metadata().ok()?.modified().ok()?, entry.path()))
        })
        .collect();
    found.sort();
    let mut said = "no library was found".to_owned();
    for (_, library) in found.into_iter().rev() {
        match compile(folder, &library, right) {
            Ok(()) => return library,
            Err(output) => said = output,
        }
    }
    panic!("the model that is right does not compile:\n{said}");
}

fn compile(folder: &Path, library: &Path, block: &Block) -> Result<(), String> {
    let code: String = block
        .text
        .lines()
        .map(|line| format!("{}\n", line.strip_prefix("# ").unwrap_or(line)))
        .collect();
    let source = folder.join("example.rs");
    fs::write(&source, code).expect("the example as a file");
    let compiler = std::env::var("RUSTC").unwrap_or_else(|_| "rustc".to_owned());
    let output = Command::new(compiler)
        // A missing field is found when code is made, so that metadata would not be enough.
        .args([
            "--edition",
            "2021",
            "--crate-type",
            "bin",
            "--emit",
            "obj",
            "--color",
            "never",
            "-A",
            "warnings",
            "--out-dir",
        ])
        .arg(folder)
        .arg("-L")
        .arg(format!(
            "dependency={}",
            library.parent().expect("a folder").display()
        ))
        .arg("--extern")
        .arg(format!("toasty={}", library.display()))
        .arg(&source)
        .output()
        .expect("the compiler runs");
    if output.status.success() {
        Ok(())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
