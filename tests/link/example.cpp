// The headers are C++ too: analyzes a text and prints its terms.
#include <cstdio>
#include <string>

#include <wenyuan/wenyuan.h>

int main()
{
    const std::string text = "法治政府 reports";
    wy_error error;
    wy_analysis *analysis = nullptr;
    if (wy_analyze("icu", wy_string{text.data(), text.size()}, nullptr, &analysis, &error) != WY_OK) {
        std::fprintf(stderr, "%s\n", error.reason);
        return 1;
    }
    for (std::size_t i = 0; i < wy_analysis_size(analysis); i++) {
        const wy_term *term = wy_analysis_term(analysis, i);
        std::printf("%.*s\n", static_cast<int>(term->text.length), term->text.data);
    }
    wy_analysis_free(analysis);
    return 0;
}
