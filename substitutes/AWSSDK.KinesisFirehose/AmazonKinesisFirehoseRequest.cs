using Amazon.Runtime;

namespace Amazon.KinesisFirehose;

/// <summary>Base of the service's requests.</summary>
public class AmazonKinesisFirehoseRequest : AmazonWebServiceRequest;
