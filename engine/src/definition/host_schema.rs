//! What the host offers to definitions: subjects, operations, services, roles and documents, with
//! the types of their fields. Read from `host.yaml`, so that a definition is examined without the
//! host running.

use std::sync::Arc;

use indexmap::IndexMap;

use crate::{
    expression::{Record, Type},
    names::{DocumentName, OperationName, RoleName, ServiceName},
};

/// The host as definitions see it.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct HostSchema {
    /// Named record types, such as `office`.
    pub types: IndexMap<String, Arc<Record>>,
    /// Kinds of subjects with the fields of each, such as `person`.
    pub subjects: IndexMap<String, Arc<Record>>,
    /// Operations that facts may load.
    pub operations: IndexMap<OperationName, Operation>,
    /// Outside services, each with what may be asked of it.
    pub services: IndexMap<ServiceName, IndexMap<OperationName, Operation>>,
    /// Roles that people hold in units.
    pub roles: Vec<RoleName>,
    /// Documents that the host can render.
    pub documents: Vec<DocumentName>,
}

/// An operation of the host or of a service.
#[derive(Clone, Debug, PartialEq)]
pub struct Operation {
    /// Its arguments.
    pub with: IndexMap<String, Type>,
    /// What it gives; `None` for what a service does.
    pub gives: Option<Type>,
}
