using Amazon.Runtime;

namespace Amazon.KinesisFirehose;

/// <summary>Base class of the service's requests.</summary>
public class AmazonKinesisFirehoseRequest : AmazonWebServiceRequest;
