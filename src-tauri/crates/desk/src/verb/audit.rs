//! The audit chain: reading it, and saying whether it holds.

use placet_store::{AuditHead, AuditHeadError};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::view::{AuditHeadView, AuditReportView, AuditRowView};
use crate::{Desk, Error, ErrorCode, Result, Verb, show};

/// How many rows of the chain one request brings.
const PAGE: u32 = 5_000;

/// Where the chain ends.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "AuditEndRequest")]
pub struct AuditEnd {}

impl Verb for AuditEnd {
    const NAME: &'static str = "audit_end";
    type Answer = AuditHeadView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<AuditHeadView> {
        Ok(show::audit_head(desk.store.audit_head().await?))
    }
}

/// Rows of the chain, in their order.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "AuditRowsRequest")]
pub struct AuditRows {
    /// Only those after the row of this number.
    #[ts(type = "number")]
    pub after: i64,
    /// How many rows, at most 5,000.
    pub limit: u32,
}

impl Verb for AuditRows {
    const NAME: &'static str = "audit_rows";
    type Answer = Vec<AuditRowView>;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<Vec<AuditRowView>> {
        let rows = desk.store.audit_rows(self.after, self.limit.min(PAGE)).await?;
        Ok(rows.into_iter().map(show::audit_row).collect())
    }
}

/// Looks at the whole chain, and at whether the ledger is as it tells.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[ts(rename = "VerifyAuditRequest")]
pub struct VerifyAudit {
    /// A head that was kept elsewhere, `NUMBER:MAC`.
    pub kept: Option<String>,
}

impl Verb for VerifyAudit {
    const NAME: &'static str = "verify_audit";
    type Answer = AuditReportView;

    async fn run(self, desk: &Desk, _reviewer: &str) -> Result<AuditReportView> {
        let kept = self.kept.as_deref().map(str::parse::<AuditHead>).transpose();
        let kept = kept.map_err(|wrong: AuditHeadError| Error::new(ErrorCode::Invalid, wrong.to_string()))?;
        let mut report = show::audit_report(desk.store.verify_audit(kept).await?);
        if let Some(why) = &desk.without_audit_key {
            report.notes.push(format!("Placet has no key for the chain now. {why}"));
        }
        Ok(report)
    }
}
