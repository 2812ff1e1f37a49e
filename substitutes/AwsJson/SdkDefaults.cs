using Amazon.Runtime;
using Amazon.Runtime.Internal;

namespace AwsJson;

/// <summary>
/// The defaults of the SDK's configuration modes (AWS SDKs and Tools Reference Guide, "Smart configuration defaults").
/// </summary>
internal static class SdkDefaults
{
    public static IDefaultConfigurationProvider Provider() =>
        new DefaultConfigurationProvider([
            Mode(DefaultConfigurationMode.Standard, connectMilliseconds: 3100),
            Mode(DefaultConfigurationMode.InRegion, connectMilliseconds: 1100),
            Mode(DefaultConfigurationMode.CrossRegion, connectMilliseconds: 3100),
            Mode(DefaultConfigurationMode.Mobile, connectMilliseconds: 30_000),
            Mode(DefaultConfigurationMode.Auto, connectMilliseconds: 1100),
        ]);

    private static DefaultConfiguration Mode(DefaultConfigurationMode name, int connectMilliseconds) =>
        new()
        {
            Name = name,
            RetryMode = RequestRetryMode.Standard,
            S3UsEast1RegionalEndpoint = S3UsEast1RegionalEndpointValue.Regional,
            ConnectTimeout = TimeSpan.FromMilliseconds(connectMilliseconds),
            TlsNegotiationTimeout = TimeSpan.FromMilliseconds(connectMilliseconds),
        };
}
