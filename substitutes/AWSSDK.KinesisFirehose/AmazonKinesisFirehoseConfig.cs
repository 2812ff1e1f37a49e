using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Util.Internal;
using AwsJson;

namespace Amazon.KinesisFirehose;

/// <summary>
/// Settings of a client: region or service URL, timeouts, retries. Defaults come from the environment and the AWS
/// profile.
/// </summary>
public class AmazonKinesisFirehoseConfig : ClientConfig
{
    private static readonly string s_userAgent = InternalSDKUtils.BuildUserAgentString(ServiceId, "4.0.0");

    public AmazonKinesisFirehoseConfig()
        : base(SdkDefaults.Provider())
    {
        base.ServiceId = ServiceId;
        AuthenticationServiceName = "firehose";
        EndpointProvider = new RegionalEndpoints("firehose");
    }

    public static new string ServiceId => "Firehose";

    public override string RegionEndpointServiceName => "firehose";

    public override string ServiceVersion => "2015-08-04";

    public override string UserAgent => s_userAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        RegionalEndpointResolver.Resolve(this, ServiceId, parameters);
}
