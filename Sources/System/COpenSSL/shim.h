#ifndef FRONTDESK_COPENSSL_SHIM_H
#define FRONTDESK_COPENSSL_SHIM_H

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#endif
