using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Localization;

namespace Pos.Ui.Formats;

/// <summary>Numbers, money and dates follow the browser's Accept-Language; texts are English.</summary>
internal static class VisitorCultures
{
    public static void AddVisitorCultures(this IServiceCollection services) =>
        services.Configure<RequestLocalizationOptions>(options =>
        {
            // None but the invariant one where .NET has no ICU; then everybody has that.
            var cultures = CultureInfo
                .GetCultures(CultureTypes.NeutralCultures | CultureTypes.SpecificCultures)
                .Where(culture => culture.Name is not "")
                .ToList();
            var usual = cultures.Find(culture => culture.Name is "en-GB") ?? CultureInfo.InvariantCulture;
            options.DefaultRequestCulture = new RequestCulture(usual, CultureInfo.InvariantCulture);
            options.SupportedCultures = [.. cultures, usual];
            options.SupportedUICultures = [CultureInfo.InvariantCulture];
            options.RequestCultureProviders = [new AcceptLanguageHeaderRequestCultureProvider()];
        });
}
