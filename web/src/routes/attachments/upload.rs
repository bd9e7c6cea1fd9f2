//! A file on its way in. <https://www.rfc-editor.org/rfc/rfc7578>

use std::{error::Error, fmt};

use axum::body::Body;
use backlog_api::v1::attachment_target::Target;
use futures_util::stream;
use http::{header, request::Parts};
use multer::{Field, Multipart};
use schemars::{Schema, SchemaGenerator, json_schema};

use crate::{
    app::App,
    guard,
    problem::Problem,
    request::{Arriving, ReadBody, too_large},
};

/// The largest file.
const LARGEST: usize = 10 << 20;
/// What stands around it: boundaries, names, the other fields.
const AROUND: usize = 64 << 10;
/// The longest of the other fields.
const FIELD: usize = 4 << 10;

/// A file, and where it goes.
pub(super) struct Upload {
    pub(super) target: Target,
    pub(super) name: String,
    pub(super) data: Vec<u8>,
}

impl ReadBody for Upload {
    async fn read(app: &App, parts: &Parts, body: Body) -> Result<Self, Problem> {
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = kind
            .and_then(|value| value.to_str().ok())
            .unwrap_or_default();
        let boundary = multer::parse_boundary(kind).map_err(|_| guard::not_multipart(kind))?;
        // A few files at a time: each is held in memory until the daemon has it.
        let _turn = app.uploads.acquire().await;
        let arriving = Arriving::new(app, body, LARGEST + AROUND)?;
        let pieces = stream::try_unfold(arriving, |mut arriving| async move {
            let piece = arriving.next().await.map_err(Refused)?;
            Ok::<_, Refused>(piece.map(|piece| (piece, arriving)))
        });
        collect(Multipart::new(pieces, boundary)).await
    }

    fn describe(_: &mut SchemaGenerator) -> Option<(&'static str, Schema)> {
        let schema = json_schema!({
            "type": "object",
            "required": ["file", "linked_type", "linked_id"],
            "properties": {
                "file": {"type": "string", "contentMediaType": "application/octet-stream"},
                "linked_type": {"enum": ["task", "doc"]},
                "linked_id": {"type": "string", "description": "`TASK-12`, or the doc's id."},
                "name": {"type": "string", "description": "Its name; that of the file where left out."},
            },
            "additionalProperties": false,
        });
        Some(("multipart/form-data", schema))
    }
}

async fn collect(mut fields: Multipart<'_>) -> Result<Upload, Problem> {
    let (mut file, mut name) = (None, None);
    let (mut linked_type, mut linked_id) = (None, None);
    while let Some(field) = fields.next_field().await.map_err(unreadable)? {
        let field_name = field.name().unwrap_or_default().to_owned();
        match field_name.as_str() {
            "file" => {
                let own_name = field.file_name().map(str::to_owned);
                file = Some((own_name, bytes(field, LARGEST).await?));
            }
            "name" => name = Some(text(field).await?),
            "linked_type" => linked_type = Some(text(field).await?),
            "linked_id" => linked_id = Some(text(field).await?),
            _ => return Err(Problem::unknown_field(&field_name)),
        }
    }
    let missing = |field: &str| Problem::invalid(format!("the field {field} is missing"));
    let (own_name, data) = file.ok_or_else(|| missing("file"))?;
    let id = linked_id.ok_or_else(|| missing("linked_id"))?;
    let target = match linked_type.as_deref() {
        Some("task") => Target::Task(id),
        Some("doc") => Target::Doc(id),
        Some(other) => {
            return Err(Problem::invalid(format!(
                "linked_type is {other:?}, and neither task nor doc"
            )));
        }
        None => return Err(missing("linked_type")),
    };
    let name = name.filter(|name| !name.is_empty()).or(own_name);
    Ok(Upload {
        target,
        name: name.ok_or_else(|| missing("name"))?,
        data,
    })
}

async fn bytes(mut field: Field<'_>, largest: usize) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    while let Some(piece) = field.chunk().await.map_err(unreadable)? {
        if bytes.len() + piece.len() > largest {
            return Err(too_large(largest));
        }
        bytes.extend_from_slice(&piece);
    }
    Ok(bytes)
}

async fn text(field: Field<'_>) -> Result<String, Problem> {
    String::from_utf8(bytes(field, FIELD).await?)
        .map_err(|_| Problem::invalid("a field is no text in UTF-8"))
}

/// Why a body was not read on, through a library that knows only errors.
#[derive(Debug)]
struct Refused(Problem);

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the body was refused")
    }
}

impl Error for Refused {}

fn unreadable(error: multer::Error) -> Problem {
    match error {
        multer::Error::StreamReadFailed(source) => match source.downcast::<Refused>() {
            Ok(refused) => refused.0,
            Err(_) => Problem::invalid("the body was cut off"),
        },
        other => Problem::invalid(format!("the body is no form: {other}")),
    }
}
