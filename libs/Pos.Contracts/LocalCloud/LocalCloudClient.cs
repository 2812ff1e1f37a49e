using Pos.Contracts.Http;

namespace Pos.Contracts.LocalCloud;

/// <summary>Calls LocalCloud's own pages. AWS has these values in CloudWatch metrics.</summary>
public sealed class LocalCloudClient(HttpClient http) : ServiceClient(http, "localcloud")
{
    /// <summary>Gets the status of every delivery stream.</summary>
    public Task<Answer<DeliveryStreamStatus[]>> DeliveryAsync(CancellationToken cancellationToken) =>
        GetAsync("/_delivery", LocalCloudJson.Default.DeliveryStreamStatusArray, cancellationToken);
}
