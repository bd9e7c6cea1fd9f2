//! Compiles `backlog/v1/*.proto` with protox, so that building needs no
//! `protoc`, and writes beside the usual code one `impl Rpc` for each unary
//! call, one `impl StreamRpc` for each that streams its answers, and one `impl
//! UploadRpc` for each that streams both ways (see `src/rpc.rs`).

use std::{env, error::Error, fmt::Write as _, fs, path::PathBuf};

use prost::Message as _;
use prost_types::FileDescriptorSet;

fn main() -> Result<(), Box<dyn Error>> {
    println!("cargo:rerun-if-changed=backlog");
    let mut files: Vec<PathBuf> = fs::read_dir("backlog/v1")?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_, std::io::Error>>()?;
    files.sort();

    let out = PathBuf::from(env::var("OUT_DIR")?);
    let descriptors = protox::compile(&files, ["."])?;
    fs::write(out.join("backlog.v1.bin"), descriptors.encode_to_vec())?;
    fs::write(out.join("backlog.v1.rpc.rs"), calls(&descriptors)?)?;

    tonic_prost_build::configure()
        .build_transport(false)
        .compile_fds(descriptors)?;
    Ok(())
}

/// Every request message belongs to one call (`buf lint` sees to it), so the
/// message alone says where it goes and what comes back.
fn calls(descriptors: &FileDescriptorSet) -> Result<String, std::fmt::Error> {
    let mut code = String::new();
    for file in descriptors
        .file
        .iter()
        .filter(|f| f.package() == "backlog.v1")
    {
        for service in &file.service {
            for method in &service.method {
                let kind = match (method.client_streaming(), method.server_streaming()) {
                    (false, false) => "Rpc",
                    (false, true) => "StreamRpc",
                    (true, true) => "UploadRpc",
                    (true, false) => continue,
                };
                let message = |full: &str| full.trim_start_matches(".backlog.v1.").to_owned();
                writeln!(
                    code,
                    "impl {kind} for v1::{request} {{ type Response = v1::{response}; \
                     const PATH: &'static str = \"/backlog.v1.{service}/{method}\"; }}",
                    request = message(method.input_type()),
                    response = message(method.output_type()),
                    service = service.name(),
                    method = method.name(),
                )?;
            }
        }
    }
    Ok(code)
}
