//! `/api/v1/auth/…`: for those who cannot sign in, or not yet.

pub mod forgot_password;
pub mod resend_verification;
pub mod reset_password;
pub mod verify_email;
