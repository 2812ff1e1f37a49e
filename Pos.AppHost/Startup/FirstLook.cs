using System.Net;
using System.Text.Json;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.S3.Model;

namespace Pos.AppHost.Startup;

/// <summary>Creates commands that show a purchase in the lookup table, the lake and the warehouse.</summary>
internal sealed class FirstLook(string lookup, LakeAddress lake) : IDisposable
{
    private const string LinesPrefix = "purchases/";

    private static readonly TimeSpan s_pollInterval = TimeSpan.FromMilliseconds(200);

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

    private string SeriesUrl => $"{lookup}/sales/series?grain=month";

    /// <summary>Waits until the purchase is in all three stores. Returns the key of the lake's first object.</summary>
    public async Task<string> WaitForPurchaseAsync(string purchaseId, CancellationToken cancellationToken)
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
            catch (Exception unavailable) when (unavailable is HttpRequestException or AmazonServiceException)
            {
                // A service is starting or has ended. The dashboard shows which.
            }
            await Task.Delay(s_pollInterval, cancellationToken);
        }
    }

    /// <summary>
    /// Returns the three commands. Without an object's key, the lake's command lists the first objects.
    /// </summary>
    public IReadOnlyList<string> Commands(string purchaseId, string? lakeObject) =>
        [$"curl -s {PurchaseUrl(purchaseId)}", ObjectCommand(lakeObject), $"curl -s \"{SeriesUrl}\""];

    public void Dispose() => _s3?.Dispose();

    private string PurchaseUrl(string purchaseId) => $"{lookup}/purchases/{Uri.EscapeDataString(purchaseId)}";

    // Escapes and sorts parameters as signatures require, and sends the payload's hash. Old versions of curl do
    // neither.
    private string ObjectCommand(string? lakeObject)
    {
        if (lake.Url is null)
            return $"aws s3 ls --recursive s3://{lake.Bucket}/{LinesPrefix} --region {lake.Region}";
        var (target, then) = lakeObject is null
            ? ($"?list-type=2&max-keys=5&prefix={Uri.EscapeDataString(LinesPrefix)}", "")
            : (
                $"/{Uri.EscapeDataString(lakeObject).Replace("%2F", "/", StringComparison.Ordinal)}",
                " | gunzip | head -n 1"
            );
        return $"curl -s --aws-sigv4 aws:amz:{lake.Region}:s3 --user {lake.AccessKeyId}:{lake.SecretAccessKey} "
            + $"-H 'x-amz-content-sha256: UNSIGNED-PAYLOAD' \\\n    \"{lake.Url}/{lake.Bucket}{target}\"{then}";
    }

    private static async Task<bool> ExistsAsync(HttpClient http, string url, CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(url, cancellationToken);
        return response.StatusCode == HttpStatusCode.OK;
    }

    private async Task<string?> FirstObjectAsync(CancellationToken cancellationToken)
    {
        if (_s3 is null)
            return null;
        var listed = await _s3.ListObjectsV2Async(
            new ListObjectsV2Request
            {
                BucketName = lake.Bucket,
                Prefix = LinesPrefix,
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
