//! What `/api/openapi.json` says, and whether it holds.

use serde_json::Value;

use super::{Answer, Web};

impl Web {
    /// Holds an answer against the description.
    #[track_caller]
    pub(super) fn check(&self, method: &str, path: &str, answer: &Answer) {
        let path = path.split('?').next().unwrap_or_default();
        let Some(operation) = self.operation(method, path) else {
            return;
        };
        let responses = &operation["responses"];
        let told = match answer.status {
            400..=499 => &responses["4XX"],
            500..=599 => &responses["5XX"],
            status => &responses[status.to_string()],
        };
        assert!(
            !told.is_null(),
            "{method} {path}: {} is not described",
            answer.status
        );
        let schema = &told["content"]["application/json"]["schema"];
        if schema.is_null() {
            return;
        }
        let mut schema = schema.clone();
        schema["components"] = self.described["components"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let body = answer.json();
        let problems: Vec<String> = validator
            .iter_errors(&body)
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(
            problems.is_empty(),
            "{method} {path}: {problems:#?}\n{body:#}"
        );
    }

    /// What is said of a route.
    fn operation(&self, method: &str, path: &str) -> Option<&Value> {
        let parts: Vec<&str> = path.split('/').collect();
        let fits = |template: &str| {
            let wanted: Vec<&str> = template.split('/').collect();
            wanted.len() == parts.len()
                && wanted
                    .iter()
                    .zip(&parts)
                    .all(|(wanted, part)| wanted.starts_with('{') || wanted == part)
        };
        let paths = self.described["paths"].as_object()?;
        // A word that is written out is before one that stands for any.
        let mut fitting: Vec<_> = paths
            .iter()
            .filter(|(template, _)| fits(template))
            .collect();
        fitting.sort_by_key(|(template, _)| template.matches('{').count());
        let (_, operations) = fitting.first()?;
        operations.get(method.to_ascii_lowercase())
    }

    /// Every route that is described, `GET /api/tasks`.
    pub fn routes(&self) -> Vec<String> {
        let paths = self.described["paths"].as_object().expect("paths");
        let each = paths.iter().flat_map(|(path, operations)| {
            let verbs = operations.as_object().expect("operations").keys();
            verbs.map(move |verb| format!("{} {path}", verb.to_uppercase()))
        });
        each.collect()
    }
}
