/*
 * messages.h: what the tool says to people, in their language: gettext, with English as the key
 * and po/zh_CN.po for Chinese. What programs read (JSON, CSV) is never translated.
 */
#ifndef WY_TOOLS_MESSAGES_H
#define WY_TOOLS_MESSAGES_H

#include <libintl.h>

/* A message in the user's language; N_ marks one for translation where it cannot be made yet. */
#define _(text) gettext(text)
#define N_(text) text

/* Chooses the language by LANGUAGE, LC_ALL, LC_MESSAGES and LANG. Chinese needs no locale that the
 * system has: any name that begins with zh will do. */
void messages_begin(void);

/* The translation of a text that stands in a message, which may be one of the C library; `text`
 * itself where there is none. */
const char *message_value(const char *text);

/* What errno `number` means, in the user's language. Static or until the next call. */
const char *system_message(int number);

#endif
