using Constructs;

namespace Pos.Cdk.Api;

/// <summary>The API that tills post to, and that reports and the web app read from.</summary>
internal sealed class PurchasesApi : Construct
{
    public static readonly string[] IngestRoutes = ["POST /purchases"];
    public static readonly string[] LookupRoutes =
    [
        "GET /purchases/{purchase_id}",
        "GET /purchases/{purchase_id}/warehouse",
        "GET /customers/{customer_id}/purchases",
        "GET /customers/{customer_id}/purchases/{purchase_id}",
        "GET /customers/{customer_id}/totals",
        "GET /sales/{proxy+}",
    ];

    public PurchasesApi(Construct scope, Stage stage, IngestFunction ingest, LookupFunction lookup)
        : base(scope, "Api")
    {
        Api = new SignedApi(this, stage, $"pos-{stage.Name}");
        Till = Api.AddCaller("Till", "Posts purchases", Api.AddRoutes("Ingest", ingest.Function, IngestRoutes));
        Reader = Api.AddCaller(
            "Reader",
            "Reads purchases and sales",
            Api.AddRoutes("Lookup", lookup.Function, LookupRoutes)
        );
    }

    public SignedApi Api { get; }

    /// <summary>May post purchases.</summary>
    public ApiCaller Till { get; }

    /// <summary>May read purchases and sales.</summary>
    public ApiCaller Reader { get; }
}
