//! Packs the dashboard's files: each as it is, and compressed as well as it
//! goes, with a tag made of its content. Building needs no Node.

use std::{
    env,
    error::Error,
    fmt::Write as _,
    fs,
    io::Write as _,
    path::{Path, PathBuf},
};

use flate2::{Compression, write::GzEncoder};
use sha2::{Digest as _, Sha256};

/// What is not made smaller by compressing it again.
const PACKED: [&str; 4] = ["png", "jpg", "webp", "woff2"];

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=assets");
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("assets");
    let out = PathBuf::from(env::var("OUT_DIR")?);
    let mut files = Vec::new();
    collect(&root, &mut files)?;
    files.sort();

    let mut code = String::from("static FILES: &[Embedded] = &[\n");
    for (number, path) in files.iter().enumerate() {
        let name = path
            .strip_prefix(&root)?
            .to_str()
            .ok_or("a name in UTF-8")?;
        let content = fs::read(path)?;
        let packed = path
            .extension()
            .is_some_and(|extension| PACKED.iter().any(|known| extension == *known));
        let compressed = |how: &str, bytes: Vec<u8>| -> Result<String, Box<dyn Error>> {
            if packed || bytes.len() >= content.len() {
                return Ok("None".to_owned());
            }
            let file = out.join(format!("{number}.{how}"));
            fs::write(&file, bytes)?;
            Ok(format!("Some(include_bytes!({file:?}))"))
        };
        writeln!(
            code,
            "Embedded {{ name: {name:?}, tag: {:?}, plain: include_bytes!({path:?}), \
             brotli: {}, gzip: {} }},",
            tag(&content),
            compressed("br", brotli(&content)?)?,
            compressed("gz", gzip(&content)?)?,
        )?;
    }
    code.push_str("];\n");
    fs::write(out.join("assets.rs"), code)?;
    Ok(())
}

fn collect(dir: &Path, files: &mut Vec<PathBuf>) -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed={}", dir.display());
    for entry in fs::read_dir(dir)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else {
            println!("cargo:rerun-if-changed={}", path.display());
            files.push(path);
        }
    }
    Ok(())
}

fn tag(content: &[u8]) -> String {
    let digest = Sha256::digest(content);
    digest[..12].iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

fn brotli(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 64 << 10, 11, 22);
    writer.write_all(content)?;
    drop(writer);
    Ok(packed)
}

fn gzip(content: &[u8]) -> std::io::Result<Vec<u8>> {
    let mut writer = GzEncoder::new(Vec::new(), Compression::best());
    writer.write_all(content)?;
    writer.finish()
}
