using Amazon.Runtime;
using Amazon.Runtime.Endpoints;
using Amazon.Util.Internal;
using AwsJson;

namespace Amazon.Kinesis;

/// <summary>
/// Settings of a client: region or service URL, timeouts, retries. Defaults come from the environment and the AWS
/// profile.
/// </summary>
public class AmazonKinesisConfig : ClientConfig
{
    private static readonly string s_userAgent = InternalSDKUtils.BuildUserAgentString(ServiceId, "4.0.0");

    public AmazonKinesisConfig()
        : base(SdkDefaults.Provider())
    {
        base.ServiceId = ServiceId;
        AuthenticationServiceName = "kinesis";
        // In GovCloud, the normal Kinesis endpoints are FIPS endpoints.
        EndpointProvider = new RegionalEndpoints("kinesis", noFipsNameIn: "aws-us-gov");
    }

    public static new string ServiceId => "Kinesis";

    public override string RegionEndpointServiceName => "kinesis";

    public override string ServiceVersion => "2013-12-02";

    public override string UserAgent => s_userAgent;

    public override Endpoint DetermineServiceOperationEndpoint(ServiceOperationEndpointParameters parameters) =>
        RegionalEndpointResolver.Resolve(this, ServiceId, parameters);
}
