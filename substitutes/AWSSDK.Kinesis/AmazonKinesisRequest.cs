using Amazon.Runtime;

namespace Amazon.Kinesis;

/// <summary>Base of the service's requests.</summary>
public class AmazonKinesisRequest : AmazonWebServiceRequest;
