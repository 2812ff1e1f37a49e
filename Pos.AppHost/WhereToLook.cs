using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pos.AppHost;

/// <summary>Where the lake is, and by which key it is read.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Region">The region that requests are signed for.</param>
/// <param name="Url">Where S3 answers; null for AWS.</param>
/// <param name="AccessKeyId">Null where the AWS SDK finds one by itself.</param>
/// <param name="SecretAccessKey">The access key's secret.</param>
internal sealed record LakeAddress(
    string Bucket,
    string Region,
    string? Url,
    string? AccessKeyId,
    string? SecretAccessKey
);

/// <summary>
/// The URLs of a running system, and one command each that shows a purchase in the lookup table, the lake and the
/// warehouse.
/// </summary>
/// <param name="services">Name → URL.</param>
/// <param name="lake">The lake.</param>
internal sealed class WhereToLook(IReadOnlyDictionary<string, string> services, LakeAddress lake) : IDisposable
{
    private const string Lines = "purchases/";
    private readonly AmazonS3Client? _s3 = lake.Url is null
        ? null
        : new(
            new BasicAWSCredentials(lake.AccessKeyId, lake.SecretAccessKey),
            new AmazonS3Config
            {
                ServiceURL = lake.Url,
                AuthenticationRegion = lake.Region,
                ForcePathStyle = true,
            }
        );
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
                if (
                    await ExistsAsync(http, PurchaseUrl(purchaseId), cancellationToken)
                    && await FirstObjectAsync(cancellationToken) is { } key
                    && await HasRowsAsync(http, cancellationToken)
                )
                {
                    return key;
                }
            }
            catch (Exception away) when (away is HttpRequestException or AmazonServiceException)
            {
                // Who does not answer now may in a moment; whether it has ended stands in its own lines.
            }
            await Task.Delay(s_poll, cancellationToken);
        }
    }

    public string Text(string purchaseId, string? lakeObject, string endpointsFile, string? warehouse) =>
        $"""

            Pos is running. Ctrl-C stops it; its data stays in {Path.GetDirectoryName(
                endpointsFile
            )} (start with `-- --fresh` to begin empty).

            {string.Join("\n", services.Select(service => $"  {service.Key, -10} {service.Value}"))}
              objects    {(lake.Url is null ? $"s3://{lake.Bucket}" : $"{lake.Url}/{lake.Bucket}")}
              warehouse  {warehouse}  (read-only)

            A purchase in the lookup table, an object of the lake, rows of the warehouse:

              curl -s {PurchaseUrl(purchaseId)}
              {ObjectCommand(lakeObject)}
              curl -s "{SeriesUrl}"

            All of these addresses are also in {endpointsFile}.

            """;

    private string PurchaseUrl(string purchaseId) => $"{Lookup}/purchases/{Uri.EscapeDataString(purchaseId)}";

    private string SeriesUrl => $"{Lookup}/sales/series?grain=month";

    /// <summary>
    /// Escaped and ordered as signatures have it, and with the payload's hash: older versions of curl do neither
    /// themselves.
    /// </summary>
    private string ObjectCommand(string? lakeObject)
    {
        if (lake.Url is null)
            return $"aws s3 ls --recursive s3://{lake.Bucket}/{Lines} --region {lake.Region}";
        var (target, then) = lakeObject is null
            ? ($"?list-type=2&max-keys=5&prefix={Uri.EscapeDataString(Lines)}", "")
            : (
                $"/{Uri.EscapeDataString(lakeObject).Replace("%2F", "/", StringComparison.Ordinal)}",
                " | gunzip | head -n 1"
            );
        return $"curl -s --aws-sigv4 aws:amz:{lake.Region}:s3 --user {lake.AccessKeyId}:{lake.SecretAccessKey} -H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \\\n    \"{lake.Url}/{lake.Bucket}{target}\"{then}";
    }

    public void Dispose() => _s3?.Dispose();

    private static async Task<bool> ExistsAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<string?> FirstObjectAsync(CancellationToken cancellationToken)
    {
        // On AWS there is no sample to wait for.
        if (_s3 is null)
            return null;
        var listed = await _s3.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = lake.Bucket,
                Prefix = Lines,
                MaxKeys = 1,
            },
            cancellationToken
        );
        return listed.S3Objects?.FirstOrDefault()?.Key;
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
