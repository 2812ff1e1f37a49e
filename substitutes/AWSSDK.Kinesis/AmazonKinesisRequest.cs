using Amazon.Runtime;

namespace Amazon.Kinesis;

/// <summary>Base class of the service's requests.</summary>
public class AmazonKinesisRequest : AmazonWebServiceRequest;
