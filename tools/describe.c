/*
 * describe.c: manual pages and completions.
 */
#include "describe.h"

#include <stdio.h>
#include <string.h>

#include "messages.h"
#include "output.h"

/* What a shell completes a value with, by what --help calls it. */
static const struct {
    const char *value;
    const char *words; /* what it may be; NULL: a file or folder */
    bool folder;
} values[] = {
    {"INDEX", NULL, true},
    {"PATH", NULL, false},
    {"FILE", NULL, false},
    {"WHEN", "auto always never", false},
    {"ANALYZER", "icu icu-punctuation whitespace", false},
    {"FORMAT", "text html jsonl markdown docx pdf", false},
    {"KEY", "year issuer section", false},
    {"ORDER", "score date -date", false},
    {"UNIT", "report", false},
    {"WHAT", "rate paragraphs reports occurrences", false},
};

typedef enum value_kind { VALUE_OTHER, VALUE_WORDS, VALUE_FILE, VALUE_FOLDER } value_kind;

static value_kind kind_of(const char *value, const char **words)
{
    *words = "";
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        if (strncmp(value, values[i].value, strlen(values[i].value)) != 0) continue;
        const char after = value[strlen(values[i].value)];
        if (after != '\0' && after != '.' && after != ' ') continue;
        if (values[i].words) *words = values[i].words;
        return values[i].words ? VALUE_WORDS : values[i].folder ? VALUE_FOLDER : VALUE_FILE;
    }
    return VALUE_OTHER;
}

/* Of the first operand, and of those behind it. */
static value_kind operand_kind(const command *c, bool first)
{
    const char *words, *operands = c->operands;
    if (!first) {
        const char *space = strchr(operands, ' ');
        if (!space) return strstr(operands, "...") ? kind_of(operands, &words) : VALUE_OTHER;
        operands = space + 1;
    }
    return kind_of(operands, &words);
}

/* Every option of a command, --help last. */
static const option_row *option_at(const command *c, size_t i)
{
    for (size_t n = 0; n <= i; n++)
        if (!c->options[n].name) return n == i ? &help_option : NULL;
    return &c->options[i];
}

#define EACH_OPTION(o, c)                                                                          \
    size_t o##_i = 0;                                                                              \
    for (const option_row *o; (o = option_at(c, o##_i)); o##_i++)

int describe_names(const command *const *commands)
{
    for (; *commands; commands++) puts((*commands)->name);
    return STATUS_OK;
}

/* ---- Manual pages --------------------------------------------------------------------------- */

/* Text in which nothing is a request or an escape of roff. */
static void put_roff(const char *text, size_t length)
{
    bool begins = true;
    for (size_t i = 0; i < length; i++) {
        const char c = text[i];
        if (begins && (c == '.' || c == '\'')) fputs("\\&", stdout);
        if (c == '\\')
            fputs("\\e", stdout);
        else if (c == '-')
            fputs("\\-", stdout);
        else if (c == '\'')
            fputs("\\(aq", stdout);
        else if (c == '"')
            fputs("\\(dq", stdout);
        else
            putchar(c);
        begins = c == '\n';
    }
}

static void put_roff_line(const char *text)
{
    put_roff(text, strlen(text));
    putchar('\n');
}

/* Paragraphs as they are; lines that begin with spaces stay lines. */
static void put_more(const char *text)
{
    bool literal = false;
    while (*text) {
        const size_t length = strcspn(text, "\n");
        const bool indented = text[0] == ' ';
        if (indented != literal) puts(indented ? ".Bd -literal" : ".Ed");
        if ((!indented && literal) || strncmp(text, "Exit status:", 12) == 0) puts(".Pp");
        literal = indented;
        put_roff(text, length);
        putchar('\n');
        text += length + (text[length] == '\n');
    }
    if (literal) puts(".Ed");
}

static void put_options(const command *c)
{
    puts(".Sh OPTIONS\n.Bl -tag -width Ds");
    EACH_OPTION(o, c)
    {
        fputs(".It ", stdout);
        if (o->key < 256) printf("Fl %c , ", o->key);
        printf("Fl \\-%s", o->name);
        if (o->value) printf(" Ar %s", o->value);
        putchar('\n');
        put_roff_line(o->help);
    }
    puts(".El");
}

static void put_examples(const char *examples)
{
    puts(".Sh EXAMPLES\n.Bd -literal");
    put_roff(examples, strlen(examples));
    puts(".Ed");
}

static void put_upper(const char *text)
{
    for (; *text; text++) putchar(*text >= 'a' && *text <= 'z' ? *text - 'a' + 'A' : *text);
}

int describe_page(const command *c)
{
    fputs(".Dd March 1, 2026\n.Dt WENYUAN\\-", stdout);
    put_upper(c->name);
    printf(" 1\n.Os\n.Sh NAME\n.Nm wenyuan\\-%s\n.Nd ", c->name);
    put_roff_line(c->summary);
    printf(".Sh SYNOPSIS\n.Nm wenyuan %s\n.Op Ar options\n", c->name);
    put_roff_line(c->operands);
    puts(".Sh DESCRIPTION");
    if (*c->more)
        put_more(c->more);
    else
        put_roff_line(c->summary);
    put_options(c);
    if (c->examples) put_examples(c->examples);
    puts(".Sh SEE ALSO\n.Xr wenyuan 1");
    return STATUS_OK;
}

int describe_main_page(const command *const *commands)
{
    puts(".Bl -tag -width Ds");
    for (; *commands; commands++) {
        printf(".It Cm %s Ar ", (*commands)->name);
        put_roff_line((*commands)->operands);
        put_roff_line((*commands)->summary);
    }
    puts(".El");
    return STATUS_OK;
}

/* ---- bash ----------------------------------------------------------------------------------- */

static void bash_values(const command *c)
{
    EACH_OPTION(o, c)
    {
        const char *words;
        if (!o->value) continue;
        const value_kind kind = kind_of(o->value, &words);
        fputs("        ", stdout);
        if (o->key < 256) printf("-%c | ", o->key);
        printf("--%s)", o->name);
        if (kind == VALUE_WORDS)
            printf(" __wenyuan_words '%s';", words);
        else if (kind != VALUE_OTHER)
            printf(" __wenyuan_files -%c;", kind == VALUE_FOLDER ? 'd' : 'f');
        puts(" return ;;");
    }
}

static void bash_operands(const command *c)
{
    const value_kind first = operand_kind(c, true), later = operand_kind(c, false);
    fputs("        operands='", stdout);
    fputs(first == VALUE_FOLDER ? "-d" : first == VALUE_FILE ? "-f" : "", stdout);
    fputs("' later='", stdout);
    fputs(later == VALUE_FOLDER ? "-d" : later == VALUE_FILE ? "-f" : "", stdout);
    puts("'");
}

static void bash(const command *const *commands)
{
    puts("# Completion of wenyuan for bash. Made by: wenyuan help --completion bash\n\n"
         "__wenyuan_words() { mapfile -t COMPREPLY < <(compgen -W \"$1\" -- \"$cur\"); }\n"
         "__wenyuan_files()\n{\n    compopt -o filenames 2> /dev/null\n"
         "    mapfile -t COMPREPLY < <(compgen \"$1\" -- \"$cur\")\n}\n\n"
         "_wenyuan()\n{\n"
         "    local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD - 1]}\n"
         "    local command=${COMP_WORDS[1]} options='' operands='' later='' names=''");
    fputs("    names='", stdout);
    for (size_t i = 0; commands[i]; i++) printf("%s ", commands[i]->name);
    puts("help'\n"
         "    if ((COMP_CWORD == 1)); then\n"
         "        __wenyuan_words \"$names --help --version --no-pager\"\n"
         "        return\n    fi\n"
         "    case $command in\n"
         "    help) if ((COMP_CWORD == 2)); then __wenyuan_words \"$names\"; fi; return ;;");
    for (size_t i = 0; commands[i]; i++) {
        printf("    %s)\n        case $prev in\n", commands[i]->name);
        bash_values(commands[i]);
        fputs("        esac\n        options='", stdout);
        EACH_OPTION(o, commands[i]) printf("%s--%s", o_i ? " " : "", o->name);
        puts("'");
        bash_operands(commands[i]);
        puts("        ;;");
    }
    puts("    esac\n"
         "    if [[ $cur == -* ]]; then\n        __wenyuan_words \"$options\"\n"
         "    elif ((COMP_CWORD == 2)) && [[ -n $operands ]]; then\n"
         "        __wenyuan_files \"$operands\"\n"
         "    elif [[ -n $later ]]; then\n        __wenyuan_files \"$later\"\n"
         "    elif [[ -n $operands ]] && [[ $prev == -* ]]; then\n"
         "        __wenyuan_files \"$operands\"\n"
         "    fi\n}\ncomplete -F _wenyuan wenyuan");
}

/* ---- zsh ------------------------------------------------------------------------------------ */

/* Inside quotes, and what _arguments takes for itself. */
static void put_zsh(const char *text)
{
    for (; *text; text++) {
        if (*text == '\'')
            fputs("'\\''", stdout);
        else if (strchr("[]:\\", *text))
            printf("\\%c", *text);
        else
            putchar(*text);
    }
}

static const char *zsh_action(value_kind kind)
{
    return kind == VALUE_FOLDER ? "_directories" : kind == VALUE_FILE ? "_files" : "";
}

static void zsh_option(const option_row *o)
{
    const char *words, *repeated = o->value && strcmp(o->value, "INDEX") == 0 ? "*" : "";
    fputs("            ", stdout);
    if (o->key < 256 && !*repeated)
        printf("'(-%c --%s)'{-%c,--%s}'[", o->key, o->name, o->key, o->name);
    else if (o->key < 256)
        printf("'*'{-%c,--%s}'[", o->key, o->name);
    else
        printf("'%s--%s[", repeated, o->name);
    put_zsh(o->help);
    putchar(']');
    if (o->value) {
        const value_kind kind = kind_of(o->value, &words);
        putchar(':');
        put_zsh(o->value);
        putchar(':');
        if (kind == VALUE_WORDS)
            printf("(%s)", words);
        else
            fputs(zsh_action(kind), stdout);
    }
    puts("' \\");
}

static void zsh(const command *const *commands)
{
    puts("#compdef wenyuan\n"
         "# Completion of wenyuan for zsh. Made by: wenyuan help --completion zsh\n\n"
         "_wenyuan() {\n    local -a commands\n    commands=(");
    for (size_t i = 0; commands[i]; i++) {
        printf("        '%s:", commands[i]->name);
        put_zsh(commands[i]->summary);
        puts("'");
    }
    puts("        'help:show help'\n    )\n"
         "    if ((CURRENT == 2)); then\n"
         "        _describe command commands\n"
         "        _arguments '(- *)'{-h,--help}'[show help]' "
         "'(- *)'{-V,--version}'[show the version]' \\\n"
         "            '--no-pager[write to the terminal without a pager]'\n"
         "        return\n    fi\n"
         "    local command=$words[2]\n    shift words\n    ((CURRENT--))\n    case $command in");
    for (size_t i = 0; commands[i]; i++) {
        const command *c = commands[i];
        printf("    %s)\n        _arguments -s -S \\\n", c->name);
        EACH_OPTION(o, c) zsh_option(o);
        printf("            '1:operand:%s' '*:operand:%s'\n        ;;\n",
               zsh_action(operand_kind(c, true)), zsh_action(operand_kind(c, false)));
    }
    puts("    help)\n        _describe command commands\n        ;;\n    esac\n}\n\n"
         "_wenyuan \"$@\"");
}

/* ---- fish ----------------------------------------------------------------------------------- */

static void put_fish(const char *text)
{
    putchar('\'');
    for (; *text; text++) {
        if (*text == '\'' || *text == '\\') putchar('\\');
        putchar(*text);
    }
    putchar('\'');
}

static void fish_operands(const command *c)
{
    const value_kind kinds[] = {operand_kind(c, true), operand_kind(c, false)};
    if (kinds[0] == VALUE_FILE || kinds[1] == VALUE_FILE)
        printf("complete -c wenyuan -n '__wenyuan_is %s' -F\n", c->name);
    else if (kinds[0] == VALUE_FOLDER)
        printf("complete -c wenyuan -n '__wenyuan_is %s' -a '(__fish_complete_directories)'\n",
               c->name);
}

static void fish_option(const command *c, const option_row *o)
{
    const char *words;
    printf("complete -c wenyuan -n '__wenyuan_is %s'", c->name);
    if (o->key < 256) printf(" -s %c", o->key);
    printf(" -l %s", o->name);
    if (o->value) {
        const value_kind kind = kind_of(o->value, &words);
        fputs(kind == VALUE_FILE ? " -r -F" : " -x", stdout);
        if (kind == VALUE_WORDS) printf(" -a '%s'", words);
        if (kind == VALUE_FOLDER) fputs(" -a '(__fish_complete_directories)'", stdout);
    }
    fputs(" -d ", stdout);
    put_fish(o->help);
    putchar('\n');
}

static void fish(const command *const *commands)
{
    puts("# Completion of wenyuan for fish. Made by: wenyuan help --completion fish\n\n"
         "function __wenyuan_is\n    set -l words (commandline -opc)\n"
         "    test (count $words) -gt 1; and contains -- $words[2] $argv\nend\n\n"
         "complete -c wenyuan -f\n"
         "complete -c wenyuan -n __fish_use_subcommand -s h -l help -d 'show help'\n"
         "complete -c wenyuan -n __fish_use_subcommand -s V -l version -d 'show the version'\n"
         "complete -c wenyuan -n __fish_use_subcommand -l no-pager -d 'without a pager'\n"
         "complete -c wenyuan -n __fish_use_subcommand -a help -d 'show help'");
    fputs("complete -c wenyuan -n '__wenyuan_is help' -a '", stdout);
    for (size_t i = 0; commands[i]; i++) printf("%s%s", i ? " " : "", commands[i]->name);
    puts("'");
    for (size_t i = 0; commands[i]; i++) {
        const command *c = commands[i];
        printf("\ncomplete -c wenyuan -n __fish_use_subcommand -a %s -d ", c->name);
        put_fish(c->summary);
        putchar('\n');
        fish_operands(c);
        EACH_OPTION(o, c) fish_option(c, o);
    }
}

int describe_completion(const command *const *commands, const char *shell)
{
    if (strcmp(shell, "bash") == 0)
        bash(commands);
    else if (strcmp(shell, "zsh") == 0)
        zsh(commands);
    else if (strcmp(shell, "fish") == 0)
        fish(commands);
    else
        return options_misuse(NULL, _("no completion for '%s'; there is bash, zsh and fish"),
                              shell);
    return STATUS_OK;
}
