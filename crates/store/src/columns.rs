//! What one column is read as: numbers, times, uids, hashes, labels.

use std::any::type_name;
use std::sync::Arc;

use cloakroom_engine::account::{MailNumber, MailPurpose};
use cloakroom_engine::clock::{Span, Timestamp};
use cloakroom_engine::directory::identity_provider::{IdentityProviderStatus, SealedSecret};
use cloakroom_engine::directory::password::PasswordHash;
use cloakroom_engine::directory::{
    ApplicationKind, ApplicationStatus, EmailStatus, MembershipRole, PartnerStatus, PlatformRole, TenantStatus, UserStatus,
};
use cloakroom_engine::ids::{
    ApiKeyNumber, ApiKeyUid, ApplicationNumber, ApplicationUid, ClientSecretUid, EmailNumber, IdentityProviderNumber, IdentityProviderUid,
    MassEndNumber, MassEndUid, PartnerNumber, PartnerUid, ServiceAccountNumber, ServiceAccountUid, SessionNumber, SessionUid, TenantNumber,
    TenantUid, UserNumber, UserUid,
};
use cloakroom_engine::machine::api_keys::text::ApiKeySecretHash;
use cloakroom_engine::machine::service_accounts::ServiceAccountStatus;
use cloakroom_engine::openid::logout::LogoutNumber;
use cloakroom_engine::openid::pkce::CodeChallenge;
use cloakroom_engine::secret::{ClientSecretHash, SessionSecretHash};
use cloakroom_engine::sessions::mass_end::MassEndState;
use cloakroom_engine::sessions::metadata::SessionMetadata;
use cloakroom_engine::sessions::verdict::Since;
use cloakroom_engine::sessions::{Authentication, AuthenticationMethods, Birth, DeviceType, EndReason};
use cloakroom_engine::tokens::audience::Audience;
use cloakroom_engine::tokens::refresh_token::RefreshSecretHash;
use cloakroom_engine::tokens::{Generation, GrantNumber, SigningKeyState, TokenAlgorithm};

use crate::driver::{DriverError, Record, Row};

/// Types that stand in one column, by what the database has there and how they are made of it, where they can be.
macro_rules! columns {
    ($($accessor:ident as $value:ident { $($type:ty = $made:expr),+ $(,)? })+) => {
        $($(impl Record for $type {
            const WIDTH: usize = 1;

            #[inline]
            fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
                let Some($value) = row.$accessor(at)? else { return Ok(None) };
                let made: Option<Self> = $made;
                if made.is_some() { Ok(made) } else { Err(none_of::<Self>(row, at)) }
            }
        })+)+
    };
}

#[cold]
fn none_of<T>(row: &dyn Row, at: usize) -> DriverError {
    row.damage(at, format_args!("is no {}", type_name::<T>()))
}

columns! {
    opt_int as value {
        i64 = Some(value),
        u32 = u32::try_from(value).ok(),
        bool = u8::try_from(value).ok().filter(|value| *value <= 1).map(|value| value == 1),
        Timestamp = Some(Timestamp::from_millis(value)),
        Span = Some(Span::from_millis(value)),
        Generation = u32::try_from(value).ok().map(Generation),
        ApiKeyNumber = Some(ApiKeyNumber(value)),
        ApplicationNumber = Some(ApplicationNumber(value)),
        EmailNumber = Some(EmailNumber(value)),
        GrantNumber = Some(GrantNumber(value)),
        LogoutNumber = Some(LogoutNumber(value)),
        IdentityProviderNumber = Some(IdentityProviderNumber(value)),
        MailNumber = Some(MailNumber(value)),
        MassEndNumber = Some(MassEndNumber(value)),
        PartnerNumber = Some(PartnerNumber(value)),
        ServiceAccountNumber = Some(ServiceAccountNumber(value)),
        SessionNumber = Some(SessionNumber(value)),
        TenantNumber = Some(TenantNumber(value)),
        UserNumber = Some(UserNumber(value)),
    }
    opt_text as text {
        String = Some(text.to_owned()),
        Arc<str> = Some(text.into()),
        Arc<[String]> = Some(text.split_whitespace().map(str::to_owned).collect()),
        // Names separated by spaces.
        Vec<String> = Some(text.split_whitespace().map(str::to_owned).collect()),
        PasswordHash = Some(PasswordHash::from_stored(text.to_owned())),
        ApplicationKind = ApplicationKind::parse(text),
        ApplicationStatus = ApplicationStatus::parse(text),
        Audience = Audience::parse(text),
        AuthenticationMethods = AuthenticationMethods::parse(text),
        Birth = Birth::parse(text),
        MassEndState = MassEndState::parse(text),
        DeviceType = DeviceType::parse(text),
        EmailStatus = EmailStatus::parse(text),
        EndReason = EndReason::parse(text),
        IdentityProviderStatus = IdentityProviderStatus::parse(text),
        MailPurpose = MailPurpose::parse(text),
        MembershipRole = MembershipRole::parse(text),
        PartnerStatus = PartnerStatus::parse(text),
        PlatformRole = PlatformRole::parse(text),
        ServiceAccountStatus = ServiceAccountStatus::parse(text),
        SessionMetadata = SessionMetadata::parse(text),
        SigningKeyState = SigningKeyState::parse(text),
        TenantStatus = TenantStatus::parse(text),
        TokenAlgorithm = TokenAlgorithm::parse(text),
        UserStatus = UserStatus::parse(text),
    }
    opt_blob as bytes {
        Vec<u8> = Some(bytes.to_vec()),
        [u8; 16] = bytes.try_into().ok(),
        [u8; 32] = bytes.try_into().ok(),
        CodeChallenge = bytes.try_into().ok().map(CodeChallenge::from_bytes),
        ApiKeyUid = bytes.try_into().ok().map(ApiKeyUid::from_bytes),
        ApplicationUid = bytes.try_into().ok().map(ApplicationUid::from_bytes),
        ClientSecretUid = bytes.try_into().ok().map(ClientSecretUid::from_bytes),
        IdentityProviderUid = bytes.try_into().ok().map(IdentityProviderUid::from_bytes),
        PartnerUid = bytes.try_into().ok().map(PartnerUid::from_bytes),
        ServiceAccountUid = bytes.try_into().ok().map(ServiceAccountUid::from_bytes),
        MassEndUid = bytes.try_into().ok().map(MassEndUid::from_bytes),
        SessionUid = bytes.try_into().ok().map(SessionUid::from_bytes),
        TenantUid = bytes.try_into().ok().map(TenantUid::from_bytes),
        UserUid = bytes.try_into().ok().map(UserUid::from_bytes),
        ApiKeySecretHash = bytes.try_into().ok().map(ApiKeySecretHash::from_bytes),
        ClientSecretHash = bytes.try_into().ok().map(ClientSecretHash::from_bytes),
        RefreshSecretHash = bytes.try_into().ok().map(RefreshSecretHash::from_bytes),
        SealedSecret = Some(SealedSecret::from_bytes(bytes.to_vec())),
        SessionSecretHash = bytes.try_into().ok().map(SessionSecretHash::from_bytes),
    }
}

/// A status and, in the column behind it, since when.
impl<S: Record> Record for Since<S> {
    const WIDTH: usize = S::WIDTH + 1;

    #[inline]
    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        let Some(status) = S::read_opt(row, at)? else { return Ok(None) };
        Ok(Some(Self { status, since: Timestamp::read(row, at + S::WIDTH)? }))
    }
}

/// When, and in the column behind it how. A release before migration 23 says when alone.
impl Record for Authentication {
    const WIDTH: usize = 2;

    #[inline]
    fn read_opt(row: &dyn Row, at: usize) -> Result<Option<Self>, DriverError> {
        let Some(proven_at) = Timestamp::read_opt(row, at)? else { return Ok(None) };
        let methods = AuthenticationMethods::read_opt(row, at + 1)?.unwrap_or_default();
        Ok(Some(Self { at: proven_at, methods }))
    }
}
