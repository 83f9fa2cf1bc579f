/*
 * The same authorisation in C, as a yardstick: `authorisation <suite> <ms>` reads the root key and
 * the tasks from standard input, works for so long by the processor's time, and prints authorisations a second; with 0 ms
 * it prints MAC2 of each task, or a dash where MAC1 or the TAC is wrong.
 *
 * 3des is the DES of OpenSSL's libcrypto, by its block functions, which know nothing of contexts.
 * libcrypto shows no such functions of SM4: `sm4` is plain C on the tables of src/crypto/sm4.ts,
 * and `sm4-evp` is libcrypto through one context that is given each key.
 */
#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/des.h>
#include <openssl/evp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef const unsigned char *Bytes;
typedef int Authorise(Bytes task, unsigned char mac2[4]);

static unsigned char input[1 << 16];

static uint32_t rotate(uint32_t word, int by) {
  return by == 0 ? word : word << by | word >> (32 - by);
}

static uint32_t word_at(Bytes bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void put_word(unsigned char *to, uint32_t word) {
  to[0] = word >> 24, to[1] = word >> 16, to[2] = word >> 8, to[3] = word;
}

/* 3DES. Issuer 16, card 16, session 8, MAC1 16, MAC2 24, TAC 32, TAC key 8; then the two codes. */

enum { DES_TASK = 16 + 16 + 8 + 16 + 24 + 32 + 8 + 4 + 4 };
static DES_key_schedule des_root[2];

static void set_des(DES_key_schedule *schedule, Bytes key) {
  DES_set_key_unchecked((const_DES_cblock *)key, schedule);
}

/* libcrypto takes the words of a block lowest byte first. */
static DES_LONG des_word(Bytes bytes) { return __builtin_bswap32(word_at(bytes)); }

static void triple(DES_key_schedule key[2], Bytes data, int size, unsigned char *out) {
  for (int at = 0; at < size; at += 8) {
    DES_LONG block[2] = {des_word(data + at), des_word(data + at + 4)};
    DES_encrypt3(block, &key[0], &key[1], &key[0]);
    put_word(out + at, __builtin_bswap32(block[0]));
    put_word(out + at + 4, __builtin_bswap32(block[1]));
  }
}

static void triple_once(Bytes key, Bytes data, int size, unsigned char *out) {
  DES_key_schedule schedules[2];
  set_des(&schedules[0], key);
  set_des(&schedules[1], key + 8);
  triple(schedules, data, size, out);
}

static uint32_t des_mac(DES_key_schedule *key, Bytes data, int size) {
  DES_LONG block[2] = {0, 0};
  for (int at = 0; at < size; at += 8) {
    block[0] ^= des_word(data + at);
    block[1] ^= des_word(data + at + 4);
    DES_encrypt1(block, key, DES_ENCRYPT);
  }
  return __builtin_bswap32(block[0]);
}

static int authorise_3des(Bytes task, unsigned char mac2[4]) {
  unsigned char issuer_key[16], card_key[16], session[8];
  DES_key_schedule session_key, tac_key;
  triple(des_root, task, 16, issuer_key);
  triple_once(issuer_key, task + 16, 16, card_key);
  triple_once(card_key, task + 32, 8, session);
  set_des(&session_key, session);
  if (des_mac(&session_key, task + 40, 16) != word_at(task + 120)) return 0;
  put_word(mac2, des_mac(&session_key, task + 56, 24));
  set_des(&tac_key, task + 112);
  return des_mac(&tac_key, task + 80, 32) == word_at(task + 124);
}

/* SM4. Issuer 16, card 16, session 16, MAC1 16, MAC2 32, TAC 32, TAC key 16; then the two codes. */

enum { SM4_TASK = 16 + 16 + 16 + 16 + 32 + 32 + 16 + 4 + 4 };
static uint32_t round_table[4][256], key_table[4][256], sm4_root[32];

static unsigned multiply(unsigned left, unsigned right) {
  unsigned product = 0;
  for (int bit = 7; bit >= 0; bit -= 1) {
    product = product << 1 ^ (product & 0x80 ? 0x1f5 : 0) ^ (right >> bit & 1 ? left : 0);
  }
  return product;
}

static unsigned affine(unsigned byte) {
  unsigned two = byte | byte << 8;
  return ((two ^ two >> 1 ^ two >> 2 ^ two >> 5 ^ two >> 7) & 0xff) ^ 0xd3;
}

static void make_tables(void) {
  for (unsigned byte = 0; byte < 256; byte += 1) {
    unsigned square = affine(byte), product = 1;
    for (int power = 1; power < 8; power += 1) {
      square = multiply(square, square);
      product = multiply(product, square);
    }
    for (int place = 0; place < 4; place += 1) {
      uint32_t box = affine(product) << (24 - 8 * place);
      round_table[place][byte] =
          box ^ rotate(box, 2) ^ rotate(box, 10) ^ rotate(box, 18) ^ rotate(box, 24);
      key_table[place][byte] = box ^ rotate(box, 13) ^ rotate(box, 23);
    }
  }
}

static inline uint32_t mix(uint32_t table[4][256], uint32_t word) {
  return table[0][word >> 24] ^ table[1][word >> 16 & 0xff] ^ table[2][word >> 8 & 0xff] ^
         table[3][word & 0xff];
}

static void set_sm4(uint32_t keys[32], Bytes key) {
  static const uint32_t fk[4] = {0xa3b1bac6, 0x56aa3350, 0x677d9197, 0xb27022dc};
  static uint32_t ck[32];
  uint32_t k[36];
  if (ck[0] == 0) {
    for (int at = 0; at < 128; at += 1) ck[at / 4] = ck[at / 4] << 8 | (7 * at & 0xff);
  }
  for (int at = 0; at < 4; at += 1) k[at] = word_at(key + 4 * at) ^ fk[at];
  for (int at = 0; at < 32; at += 1) {
    k[at + 4] = k[at] ^ mix(key_table, k[at + 1] ^ k[at + 2] ^ k[at + 3] ^ ck[at]);
    keys[at] = k[at + 4];
  }
}

static void sm4_chain(uint32_t keys[32], uint32_t x[4], Bytes data) {
  uint32_t a = x[0] ^ word_at(data), b = x[1] ^ word_at(data + 4);
  uint32_t c = x[2] ^ word_at(data + 8), d = x[3] ^ word_at(data + 12);
  for (int at = 0; at < 32; at += 4) {
    a ^= mix(round_table, b ^ c ^ d ^ keys[at]);
    b ^= mix(round_table, c ^ d ^ a ^ keys[at + 1]);
    c ^= mix(round_table, d ^ a ^ b ^ keys[at + 2]);
    d ^= mix(round_table, a ^ b ^ c ^ keys[at + 3]);
  }
  x[0] = d, x[1] = c, x[2] = b, x[3] = a;
}

static void sm4_block(uint32_t keys[32], Bytes data, unsigned char out[16]) {
  uint32_t x[4] = {0, 0, 0, 0};
  sm4_chain(keys, x, data);
  for (int at = 0; at < 4; at += 1) put_word(out + 4 * at, x[at]);
}

static uint32_t sm4_mac(uint32_t keys[32], Bytes data, int size) {
  uint32_t x[4] = {0, 0, 0, 0};
  for (int at = 0; at < size; at += 16) sm4_chain(keys, x, data + at);
  return x[0];
}

static int authorise_sm4(Bytes task, unsigned char mac2[4]) {
  unsigned char key[16];
  uint32_t keys[32];
  sm4_block(sm4_root, task, key);
  set_sm4(keys, key);
  sm4_block(keys, task + 16, key);
  set_sm4(keys, key);
  sm4_block(keys, task + 32, key);
  set_sm4(keys, key);
  if (sm4_mac(keys, task + 48, 16) != word_at(task + 144)) return 0;
  put_word(mac2, sm4_mac(keys, task + 64, 32));
  set_sm4(keys, task + 128);
  return sm4_mac(keys, task + 96, 32) == word_at(task + 148);
}

/* The same through one context of libcrypto for each mode. */

static EVP_CIPHER_CTX *ecb, *cbc, *root;

static void evp(EVP_CIPHER_CTX *context, Bytes key, Bytes data, int size, unsigned char *out) {
  static const unsigned char zeros[16];
  int done;
  if (key != NULL) EVP_EncryptInit_ex2(context, NULL, key, context == cbc ? zeros : NULL, NULL);
  EVP_EncryptUpdate(context, out, &done, data, size);
}

static EVP_CIPHER_CTX *open_evp(const char *name) {
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  if (!EVP_EncryptInit_ex2(context, EVP_CIPHER_fetch(NULL, name, NULL), NULL, NULL, NULL)) exit(3);
  EVP_CIPHER_CTX_set_padding(context, 0);
  return context;
}

static int authorise_evp(Bytes task, unsigned char mac2[4]) {
  static const unsigned char zeros[16];
  unsigned char key[16], out[32];
  evp(root, NULL, task, 16, key);
  evp(ecb, key, task + 16, 16, key);
  evp(ecb, key, task + 32, 16, key);
  evp(cbc, key, task + 48, 16, out);
  if (memcmp(out, task + 144, 4) != 0) return 0;
  /* The key stays; the chain begins anew. */
  EVP_EncryptInit_ex2(cbc, NULL, NULL, zeros, NULL);
  evp(cbc, NULL, task + 64, 32, out);
  memcpy(mac2, out + 16, 4);
  evp(cbc, task + 128, task + 96, 32, out);
  return memcmp(out + 16, task + 148, 4) == 0;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

int main(int count, char **words) {
  const char *suite = count > 1 ? words[1] : "";
  double limit = count > 2 ? atof(words[2]) / 1000 : 0;
  int des = strcmp(suite, "3des") == 0, plain = strcmp(suite, "sm4") == 0;
  int size = des ? DES_TASK : SM4_TASK;
  Authorise *authorise = des ? authorise_3des : plain ? authorise_sm4 : authorise_evp;
  int tasks = ((int)fread(input, 1, sizeof input, stdin) - 16) / size;
  unsigned char mac2[4];
  if (tasks < 1) return 2;
  set_des(&des_root[0], input);
  set_des(&des_root[1], input + 8);
  make_tables();
  set_sm4(sm4_root, input);
  ecb = open_evp("SM4-ECB"), cbc = open_evp("SM4-CBC"), root = open_evp("SM4-ECB");
  EVP_EncryptInit_ex2(root, NULL, input, NULL, NULL);
  for (int at = 0; limit == 0 && at < tasks; at += 1) {
    if (authorise(input + 16 + at * size, mac2)) printf("%08X\n", word_at(mac2));
    else printf("-\n");
  }
  if (limit == 0) return 0;
  double start = now(), elapsed = 0;
  long done = 0;
  while (elapsed < limit) {
    for (int turn = 0; turn < 16; turn += 1, done += 1) {
      if (!authorise(input + 16 + done % tasks * size, mac2)) return 4;
    }
    elapsed = now() - start;
  }
  printf("%.0f\n", done / elapsed);
  return 0;
}
