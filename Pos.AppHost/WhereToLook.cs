using System.Net;
using System.Text.Json;
using System.Xml.Linq;

namespace Pos.AppHost;

/// <summary>The URLs of a running system, and one command each that shows a purchase in the lookup table, the lake and the warehouse.</summary>
/// <param name="services">Name → URL.</param>
/// <param name="objectsUrl">Where S3 answers.</param>
/// <param name="lakeBucket">The lake's bucket.</param>
internal sealed class WhereToLook(IReadOnlyDictionary<string, string> services, string objectsUrl, string lakeBucket)
{
    private static readonly TimeSpan s_poll = TimeSpan.FromMilliseconds(200);

    private string Lookup => services["lookup"];

    /// <summary>Waits until the purchase is in all three stores.</summary>
    /// <returns>The key of the lake's first object.</returns>
    public async Task<string> WaitForSampleAsync(string purchaseId, CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        while (true)
        {
            try
            {
                if (await ExistsAsync(http, PurchaseUrl(purchaseId), cancellationToken)
                    && await FirstObjectAsync(http, cancellationToken) is { } key
                    && await HasRowsAsync(http, cancellationToken))
                {
                    return key;
                }
            }
            catch (HttpRequestException)
            {
                // Who does not answer now may in a moment; whether it has ended stands in its own lines.
            }
            await Task.Delay(s_poll, cancellationToken);
        }
    }

    public string Text(string purchaseId, string? lakeObject, string endpointsFile, string? warehouse) => $"""

        Pos is running. Ctrl-C stops it; its data stays in {Path.GetDirectoryName(endpointsFile)} (start with `-- --fresh` to begin empty).

        {string.Join("\n", services.Select(service => $"  {service.Key,-10} {service.Value}"))}
          objects    {objectsUrl}/{lakeBucket}
          warehouse  {warehouse}

        A purchase in the lookup table, an object of the lake, rows of the warehouse:

          curl -s {PurchaseUrl(purchaseId)}
          curl -s "{(lakeObject is null ? ListUrl(5) + "\"" : $"{objectsUrl}/{lakeBucket}/{lakeObject}\" | gunzip | head -n 1")}
          curl -s "{SeriesUrl}"

        All of these addresses are also in {endpointsFile}.

        """;

    private string PurchaseUrl(string purchaseId) => $"{Lookup}/purchases/{Uri.EscapeDataString(purchaseId)}";

    private string SeriesUrl => $"{Lookup}/sales/series?grain=month";

    private string ListUrl(int keys) => $"{objectsUrl}/{lakeBucket}?list-type=2&prefix=purchases/&max-keys={keys}";

    private static async Task<bool> ExistsAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<string?> FirstObjectAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(ListUrl(1), cancellationToken);
        if (!response.IsSuccessStatusCode)
            return null;
        var listing = XDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return listing.Descendants().FirstOrDefault(element => element.Name.LocalName == "Key")?.Value;
    }

    private async Task<bool> HasRowsAsync(HttpClient http, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(SeriesUrl, cancellationToken);
        if (!response.IsSuccessStatusCode)
            return false;
        using var series = JsonDocument.Parse(await response.Content.ReadAsStringAsync(cancellationToken));
        return series.RootElement.GetProperty("points").GetArrayLength() > 0;
    }
}
