using Constructs;
using Pos.Cdk.Processing;

namespace Pos.Cdk.Api;

/// <summary>
/// The API for operators: lists, retries and discards quarantine entries, and finds purchases. A separate API, because
/// few people may use it and it has the processor's paths.
/// </summary>
internal sealed class OperationsApi : Construct
{
    public static readonly string[] Routes =
    [
        "GET /quarantine",
        "GET /quarantine/counts",
        "GET /quarantine/{id}",
        "POST /quarantine/replay",
        "POST /quarantine/{id}/validate",
        "POST /quarantine/{id}/replay",
        "POST /quarantine/{id}/discard",
        "GET /purchases/{purchase_id}/whereabouts",
    ];

    public OperationsApi(Construct scope, Stage stage, QuarantineFunction quarantine)
        : base(scope, "Operations")
    {
        Api = new SignedApi(this, stage, $"pos-operations-{stage.Name}");
        Operator = Api.AddCaller(
            "Operator",
            "Settles quarantine, and asks where a purchase is",
            Api.AddRoutes("Quarantine", quarantine.Function, Routes)
        );
    }

    public SignedApi Api { get; }

    public ApiCaller Operator { get; }
}
