#include "include/phone_numbers.h"

#include <cstring>
#include <string>

#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

bool copy(const std::string &text, char *buffer, size_t size) {
    if (text.size() + 1 > size) return false;
    std::memcpy(buffer, text.c_str(), text.size() + 1);
    return true;
}

int32_t kind_of(PhoneNumberUtil::PhoneNumberType type) {
    switch (type) {
    case PhoneNumberUtil::FIXED_LINE: return FRONTDESK_PHONE_FIXED;
    case PhoneNumberUtil::MOBILE: return FRONTDESK_PHONE_MOBILE;
    case PhoneNumberUtil::FIXED_LINE_OR_MOBILE: return FRONTDESK_PHONE_FIXED_OR_MOBILE;
    case PhoneNumberUtil::TOLL_FREE: return FRONTDESK_PHONE_TOLL_FREE;
    case PhoneNumberUtil::PREMIUM_RATE: return FRONTDESK_PHONE_PREMIUM;
    case PhoneNumberUtil::SHARED_COST: return FRONTDESK_PHONE_SHARED_COST;
    case PhoneNumberUtil::VOIP: return FRONTDESK_PHONE_VOIP;
    case PhoneNumberUtil::PERSONAL_NUMBER: return FRONTDESK_PHONE_PERSONAL;
    case PhoneNumberUtil::PAGER: return FRONTDESK_PHONE_PAGER;
    case PhoneNumberUtil::UAN: return FRONTDESK_PHONE_COMPANY;
    case PhoneNumberUtil::VOICEMAIL: return FRONTDESK_PHONE_VOICEMAIL;
    default: return FRONTDESK_PHONE_UNKNOWN;
    }
}

}  // namespace

int32_t frontdesk_phone_read(
    const char *text, size_t length, const char *region, struct frontdesk_phone *result) {
    try {
        std::memset(result, 0, sizeof *result);
        const PhoneNumberUtil &plans = *PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        const std::string home = *region ? region : "ZZ";
        if (plans.Parse(std::string(text, length), home, &number) !=
            PhoneNumberUtil::NO_PARSING_ERROR)
            return 0;
        std::string e164, place;
        plans.Format(number, PhoneNumberUtil::E164, &e164);
        plans.GetRegionCodeForNumber(number, &place);
        result->is_possible = plans.IsPossibleNumber(number);
        result->is_valid = plans.IsValidNumber(number);
        result->kind = kind_of(plans.GetNumberType(number));
        result->has_extension = number.has_extension() && !number.extension().empty();
        if (place == "ZZ") place.clear();
        return copy(e164, result->e164, sizeof result->e164) &&
               copy(place, result->region, sizeof result->region);
    } catch (...) {
        return 0;
    }
}

size_t frontdesk_phone_write(const char *e164, const char *region, char *buffer, size_t size) {
    try {
        const PhoneNumberUtil &plans = *PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (plans.Parse(e164, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        const bool is_home =
            *region && plans.GetCountryCodeForRegion(region) == number.country_code();
        std::string text;
        plans.Format(
            number, is_home ? PhoneNumberUtil::NATIONAL : PhoneNumberUtil::INTERNATIONAL, &text);
        return copy(text, buffer, size) ? text.size() : 0;
    } catch (...) {
        return 0;
    }
}

size_t frontdesk_phone_example(const char *region, char *buffer, size_t size) {
    try {
        const PhoneNumberUtil &plans = *PhoneNumberUtil::GetInstance();
        PhoneNumber number;
        if (!plans.GetExampleNumberForType(region, PhoneNumberUtil::MOBILE, &number)) return 0;
        std::string text;
        plans.Format(number, PhoneNumberUtil::INTERNATIONAL, &text);
        return copy(text, buffer, size) ? text.size() : 0;
    } catch (...) {
        return 0;
    }
}
