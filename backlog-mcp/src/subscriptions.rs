//! Telling a client what changed of the resources it asked about. A bonus:
//! nothing is delivered by it alone.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use backlog_api::{
    client::{Caller, Client, Watch},
    v1,
};
use rmcp::{
    RoleServer,
    model::ResourceUpdatedNotificationParam,
    service::{Peer, SubscriptionContext},
};

use crate::{options::Opened, resources::Resource};

/// The addresses that a client of the first era asked about.
#[derive(Clone, Default)]
pub(crate) struct Subscriptions {
    /// With the addresses as the client wrote them.
    wanted: Arc<Mutex<HashMap<Resource, String>>>,
    watching: Arc<Mutex<bool>>,
}

impl Subscriptions {
    /// From now on the client is told of this one.
    pub(crate) fn add(
        &self,
        resource: Resource,
        uri: String,
        opened: &Opened,
        peer: Peer<RoleServer>,
    ) {
        self.wanted().insert(resource, uri);
        let mut watching = self.watching.lock().unwrap_or_else(PoisonError::into_inner);
        if !*watching {
            *watching = true;
            let client = opened.client.with_caller(Caller::default());
            tokio::spawn(self.clone().tell(client, peer));
        }
    }

    /// From now on it is not.
    pub(crate) fn remove(&self, resource: &Resource) {
        self.wanted().remove(resource);
    }

    async fn tell(self, client: Client, peer: Peer<RoleServer>) {
        let mut watch = Watch::new(&client, v1::ActivityFilter::default(), None);
        while let Ok(changes) = watch.next().await {
            for uri in self.changed(&changes) {
                let told = ResourceUpdatedNotificationParam::new(uri);
                if peer.notify_resource_updated(told).await.is_err() {
                    return;
                }
            }
        }
        *self.watching.lock().unwrap_or_else(PoisonError::into_inner) = false;
    }

    fn changed(&self, changes: &v1::WatchActivityResponse) -> Vec<String> {
        let wanted = self.wanted();
        if changes.replaced {
            return wanted.values().cloned().collect();
        }
        let changed = resources_of(changes);
        changed
            .iter()
            .filter_map(|resource| wanted.get(resource).cloned())
            .collect()
    }

    fn wanted(&self) -> std::sync::MutexGuard<'_, HashMap<Resource, String>> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Tells a client of the second era, for as long as its request stands.
pub(crate) async fn listen(opened: &Opened, subscription: &SubscriptionContext) {
    let uris = subscription.accepted().resource_subscriptions.clone();
    let wanted: HashMap<Resource, String> = uris
        .into_iter()
        .flatten()
        .filter_map(|uri| Some((Resource::parse(&uri)?, uri)))
        .collect();
    let client = opened.client.with_caller(Caller::default());
    let mut watch = Watch::new(&client, v1::ActivityFilter::default(), None);
    while let Ok(changes) = watch.next().await {
        let changed: Vec<&String> = if changes.replaced {
            wanted.values().collect()
        } else {
            let changed = resources_of(&changes);
            changed
                .iter()
                .filter_map(|resource| wanted.get(resource))
                .collect()
        };
        for uri in changed {
            let told = subscription.sink().notify_resource_updated(uri).await;
            if told.is_err() {
                return;
            }
        }
    }
}

/// What a part of the log changed, each once.
fn resources_of(changes: &v1::WatchActivityResponse) -> Vec<Resource> {
    let mut changed: Vec<Resource> = Vec::new();
    for resource in changes.activities.iter().flat_map(Resource::changed_by) {
        if !changed.contains(&resource) {
            changed.push(resource);
        }
    }
    changed
}
